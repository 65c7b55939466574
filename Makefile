# `make play` and `make test` are all that a newcomer needs; `make help` lists the rest.
# Kept to what GNU make 3.81 understands, because that is what macOS ships.

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?=
CANDIDATES := $(PYTHON) python3.14 python3.13 python3.12 python3.11 python3
WORKERS ?= auto

.DEFAULT_GOAL := help
.PHONY: help play test lint types imports check prove bench format dev clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

play: $(VENV)/.ready-to-play ## set everything up and start the game
	@$(BIN)/python -m sandbox

test: dev ## set everything up and run every test, on all cores
	$(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

lint: dev ## style and likely mistakes
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: dev ## type checks
	$(BIN)/mypy

imports: dev ## the one-way layers of the packages
	$(BIN)/lint-imports

check: lint types imports test ## all of the above

prove: dev ## prove that every level teaches what it says
	$(BIN)/python -m sandbox prove $(ARGS)

bench: dev ## measure the simulator against the plain style
	$(BIN)/python -m benchmarks $(ARGS)

format: dev ## rewrite the sources in the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

dev: $(VENV)/.ready-to-develop ## set up the development environment only

clean: ## remove the environment, builds and caches (never what players made)
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Stamps, so that the second time is immediate. Installing is repeated only when the
# dependencies may have changed, or when the interpreter underneath has gone.
# An environment that `uv run` made, or that was cut short, has no pip yet.
PIP = $(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null; \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check

$(VENV)/.ready-to-play: $(BIN)/python pyproject.toml
	@echo "Setting up the game (once, about a minute) ..."
	@$(PIP) --editable .
	@touch $@

$(VENV)/.ready-to-develop: $(BIN)/python pyproject.toml
	@echo "Setting up the development environment (once, a minute or two) ..."
	@$(PIP) --editable '.[dev]'
	@touch $@ $(VENV)/.ready-to-play

# A candidate counts only if it runs (version managers leave shims that do not), is new enough,
# and can make environments (Debian packages that part apart).
$(BIN)/python:
	@found=; bare=; \
	for candidate in $(CANDIDATES); do \
	  "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue; \
	  if "$$candidate" -c 'import ensurepip, venv' >/dev/null 2>&1; then found=$$candidate; break; fi; \
	  bare=$${bare:-$$candidate}; \
	done; \
	if [ -n "$$found" ]; then \
	  exec "$$found" -m venv --clear $(VENV); \
	elif [ -n "$$bare" ]; then \
	  echo "$$bare is new enough, but cannot make virtual environments (no ensurepip)."; \
	  echo "Debian and Ubuntu: sudo apt-get install $$(basename "$$bare")-venv   then run make again."; \
	else \
	  echo "The game needs Python 3.11 or newer, and none was found on your PATH."; \
	  echo "Debian and Ubuntu: sudo apt-get install python3 python3-venv"; \
	  echo "macOS: brew install python3"; \
	  echo "Or say where it is: make play PYTHON=/path/to/python3"; \
	fi >&2; exit 1
