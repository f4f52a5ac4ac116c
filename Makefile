# make run | test | check | bench | lock. Python: the first usable of 3.11, 3.12, 3.13 (or PYTHON=…); arguments: ARGS="…".
SHELL  := /bin/sh
PYTHON ?=
ARGS   ?=
BIN    := .venv/bin
READY  := .venv/.ready
CORES  := -n auto --dist worksteal
CODE   := bot handlers storage reminders rules
LINT   := $(CODE) $(wildcard tests bench)

# A Python counts when it starts, is new enough and can make a venv (a pyenv shim or Debian's bare python3 may not).
USABLE := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
ONE_OF := python3.11 python3.12 python3.13 python3

.PHONY: run test check bench lock
.DELETE_ON_ERROR:

run: $(READY)
	@exec $(BIN)/xiezhi run $(ARGS)

# The browser script answers 0: Chromium is there, 3: it isn't and the stories are left out, else: it has to be and isn't.
test: $(READY)
	@sh deploy/browser.sh; case $$? in \
	    0) exec $(BIN)/python -m pytest $(CORES) $(ARGS) ;; \
	    3) exec $(BIN)/python -m pytest $(CORES) -m "not browser" $(ARGS) ;; \
	    *) exit 1 ;; esac

check: $(READY)
	@$(BIN)/ruff check --quiet $(LINT)
	@$(BIN)/ruff format --check --quiet $(LINT) || { echo "Not formatted: run $(BIN)/ruff format $(LINT)" >&2; exit 1; }
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/xiezhi check $(ARGS)

bench: $(READY)
	@exec $(BIN)/python -m bench $(ARGS)

lock:
	@UV_CUSTOM_COMPILE_COMMAND="make lock" uv pip compile --quiet --universal --python-version 3.11 \
	    --generate-hashes --no-emit-index-url --extra fast --extra test pyproject.toml --output-file requirements.lock $(ARGS)

$(READY): requirements.lock pyproject.toml
	@set -e; \
	if ! $(BIN)/python -c "$(USABLE)" 2>/dev/null; then \
	    found=; for one in $(or $(PYTHON),$(ONE_OF)); do \
	        if "$$one" -c "$(USABLE)" 2>/dev/null; then found=$$one; break; fi; done; \
	    if [ -z "$$found" ]; then \
	        echo "Xiezhi needs Python 3.11, 3.12 or 3.13 with venv and found none: install one (Debian: apt install python3 python3-venv) or say make PYTHON=/path/to/python3." >&2; \
	        exit 1; fi; \
	    echo "Making .venv with $$("$$found" -V)"; "$$found" -m venv --clear .venv; fi; \
	echo "Installing the locked dependencies (once, a minute or two)"; \
	$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock; \
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-build-isolation --no-deps --editable .; \
	$(BIN)/python -m compileall -q $(CODE); \
	touch $@
