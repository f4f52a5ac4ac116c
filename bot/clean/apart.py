"""Cleaning in a process of its own: what a hostile file can exhaust or crash is that process, never the bot.

The libraries that read pictures and PDFs are written in C and hold the interpreter or hundreds of MB while they work.
The child gets the bytes through a pipe, none of the bot's environment (tokens may lie there), limited memory and CPU
time, and no core file. It costs about a fifth of a second; call it from a worker thread.
"""

import json
import subprocess
import sys
from pathlib import Path

from bot.clean import Cleaned, Kind, Refused, Withheld, clean

MEMORY = 1536 * 1024 * 1024
SECONDS = 60

_ROOT = Path(__file__).parents[2]
_OUT_OF_TIME = 24  # SIGXCPU


def clean_apart(
    kind: Kind, data: bytes, *, seconds: int = SECONDS, memory: int = MEMORY
) -> Cleaned | Withheld | Refused:
    """What `clean` says, or Refused("bomb") when it takes too long or too much, and "damaged" when a library crashes.

    Raises OSError when the machine can't start a process at all: that is not the file's fault, try again later.
    """
    asked = json.dumps([kind.family, kind.mime, kind.extension, seconds, memory]).encode()
    command = [sys.executable, "-m", "bot.clean.apart"]
    try:
        child = subprocess.run(
            command, input=asked + b"\n" + data, capture_output=True, timeout=seconds, cwd=_ROOT, env={}, check=False
        )
    except subprocess.TimeoutExpired:
        return Refused("bomb")
    answer, _, copy = child.stdout.partition(b"\n")
    if child.returncode or not answer:
        return Refused("bomb" if child.returncode == -_OUT_OF_TIME else "damaged")
    name, *told = json.loads(answer)
    if name == "Cleaned":
        return Cleaned(copy, *told)
    return Withheld(*told) if name == "Withheld" else Refused(*told)


def main() -> None:
    """The child: one file in, one verdict out."""
    asked, _, data = sys.stdin.buffer.read().partition(b"\n")
    family, mime, extension, seconds, memory = json.loads(asked)
    _limit(seconds, memory)
    verdict = clean(Kind(family, mime, extension), data)
    told = [verdict.mime, verdict.extension] if isinstance(verdict, Cleaned) else [verdict.reason]
    sys.stdout.buffer.write(json.dumps([type(verdict).__name__, *told]).encode() + b"\n")
    sys.stdout.buffer.write(verdict.data if isinstance(verdict, Cleaned) else b"")


def _limit(seconds: int, memory: int) -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


if __name__ == "__main__":
    main()
