# Needs GNU make, a POSIX shell and Python 3.11 to 3.13. Everything is installed into .venv;
# everything measured is kept in $PERF_HOME, by default data, and no target deletes that.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help install campaign ui test e2e lint lock clean

BIN := .venv/bin
PIP_INSTALL := $(BIN)/python -m pip --disable-pip-version-check install --quiet
# The first of these that is in range and can make environments is taken.
PYTHON ?= python3 python3.13 python3.12 python3.11

help:  ## list these targets
	@sed -n 's/^\([a-z0-9]*\):.*## /make \1\t/p' Makefile | expand -t 16

install: .venv/installed  ## make the environment and install everything into it
	@$(BIN)/python -m perf_pipeline.bootstrap

campaign: install  ## measure the tour of the built-in suite and write its report (a few minutes)
	@$(BIN)/perf-pipeline run --tag tour --budget quick

ui: install  ## Dagster and the reports in a browser, on 127.0.0.1 only
	@$(BIN)/perf-pipeline ui

test: .venv/developing  ## unit, property and fault tests (under ten minutes)
	@$(BIN)/pytest tests -m "not e2e" --numprocesses 2 --dist worksteal $(PYTEST_ARGS)

e2e: .venv/developing  ## a fresh clone, the whole tour through the UI, ten kills of a campaign
	@$(BIN)/pytest tests/e2e -m e2e $(PYTEST_ARGS)

lint: .venv/developing  ## style, types and import rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

# Keeps the versions that stand there; `make lock NEWER=--upgrade` takes the newest.
LOCK = "$$folder/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --no-strip-extras --no-annotate --no-emit-index-url --custom-compile-command "make lock" $(NEWER)
BUILD_SYSTEM = import tomllib; \
    print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")

lock: .venv/bin/python  ## write requirements.lock and requirements-dev.lock anew from pyproject.toml
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	$(BIN)/python -m venv "$$folder" && "$$folder/bin/pip" install --quiet uv && \
	$(BIN)/python -c '$(BUILD_SYSTEM)' > "$$folder/build.in" && \
	$(LOCK) pyproject.toml "$$folder/build.in" --output-file requirements.lock && \
	$(LOCK) --group dev --constraints requirements.lock --output-file requirements-dev.lock

clean:  ## remove the environment and caches; what was measured stays
	@rm -rf .venv .env .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name data -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/installed: requirements.lock pyproject.toml | .venv/bin/python
	@echo "Installing what requirements.lock names into .venv: 600 MB, a minute or two."
	@$(PIP_INSTALL) --require-hashes -r requirements.lock
	@$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@
	@echo "Installed. Next: make campaign"

.venv/developing: requirements-dev.lock .venv/installed
	@echo "Installing what requirements-dev.lock names into .venv: tools for tests and checks."
	@$(PIP_INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

.venv/bin/python:
	@rm -rf .venv; \
	for python in $(PYTHON); do \
	    version=$$("$$python" -c '$(IN_RANGE)' 2> /dev/null) || continue; \
	    reason=$$("$$python" -m venv .venv 2>&1) && exit; \
	    rm -rf .venv; found="$${found:-$$version}"; said="$${said:-$$reason}"; \
	done; \
	if [ -z "$$found" ]; then printf '%s\n' $(NO_PYTHON); \
	elif command -v apt > /dev/null; then printf '%s\n' $(NO_VENV) $(DEBIAN); \
	else printf '%s\n' $(NO_VENV) "$$said"; fi >&2; exit 1

IN_RANGE = import sys; v = sys.version_info; print(f"{v.major}.{v.minor}"); \
    sys.exit(not (3, 11) <= v < (3, 14))
NO_PYTHON = "There is no Python 3.11, 3.12 or 3.13 here (looked for $(PYTHON))." \
    "Nothing was installed. Name one: make install PYTHON=/path/to/python3"
NO_VENV = "Python $$found cannot make environments; nothing was installed."
DEBIAN = "Debian keeps its venv module in a package of its own. Type, then make again:" "" \
    "    apt install python$$found-venv" ""
