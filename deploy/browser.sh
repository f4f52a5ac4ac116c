#!/bin/sh
# The browser for the stories in tests/: Debian's Chromium and a Chinese font, installed if missing and allowed.
# Answers 0: both are there; 3: missing, so the stories are left out (one line says so); 1: missing on CI.
set -u

browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; }
font() { command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh file 2>/dev/null)" ]; }
ready() { browser >/dev/null && font; }

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

install() {
    command -v apt-get >/dev/null && as_root true 2>/dev/null || return 1
    echo "Installing chromium and fonts-wqy-microhei for the browser stories (once)"
    set -- -q -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0
    log=$(mktemp)
    if as_root apt-get "$@" update >"$log" 2>&1 </dev/null &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get "$@" install -y --no-install-recommends \
            chromium fontconfig fonts-wqy-microhei >>"$log" 2>&1 </dev/null; then
        rm -f "$log"
    else
        tail -n 5 "$log" >&2
        rm -f "$log"
        return 1
    fi
}

ready && exit 0
install
ready && exit 0
missing=$(browser >/dev/null || echo "Chromium")
font || missing="${missing:+$missing, }a Chinese font"
if [ "${CI:-}" = true ]; then
    echo "The browser stories have to run on CI, but this could not be installed: $missing." >&2
    exit 1
fi
echo "Left out: the browser stories (tests marked 'browser'). Missing, and not to be installed here: $missing." >&2
exit 3
