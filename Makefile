# The whole developer interface. Needs make and Python 3.11 to 3.13; all else it installs.
SHELL := /bin/sh
PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3; do \
	if $$name -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; \
	then echo $$name; break; fi; done)
BIN := .venv/bin
USE := .venv/.ready-to-use
DEVELOP := .venv/.ready-to-develop
SERVERS := .venv/.servers

.DEFAULT_GOAL := setup
.PHONY: setup demo test bench format clean

setup: $(USE) ## install the application into .venv
	@echo "Ready: $(BIN)/triage --help"

demo: $(USE) ## an embedded mailbox with sample mail, read, understood and shown
	@$(BIN)/triage demo

test: $(DEVELOP) $(SERVERS) ## every check that there is; CI runs just this
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest

bench: $(DEVELOP) $(SERVERS) ## how fast mail is fetched and understood
	@$(BIN)/python -m tests.bench.fetching
	@$(BIN)/python -m tests.bench.understanding

format: $(DEVELOP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## take away the environment and what tools left behind
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 with its venv module is needed, and none was found." \
	  "Install one (Debian: apt-get install python3-venv), or name it: make PYTHON=/path/to/python" >&2; exit 1; }
	$(PYTHON) -m venv .venv

$(USE): pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing into .venv: two minutes or so, the first time"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(DEVELOP): pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $(USE) $@

$(SERVERS): tests/servers/install.sh | $(BIN)/python
	sh tests/servers/install.sh
	@touch $@
