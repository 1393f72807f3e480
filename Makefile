# Everything a person or a robot does here: `make demo`, `make test`, and what they are made of.
PYTHON ?= python3
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif
READY := .venv/.ready

.PHONY: help setup demo test lint types contracts tests soak bench docs examples catalog clean

help: ## what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

setup: $(READY) ## create .venv and install, once

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("shopcrm needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 ...") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $(READY)

demo: $(READY) ## run the whole path on the example shop
	$(BIN)/shopcrm --yes demo --into build/demo

test: lint types contracts tests ## lint, types, import contracts, every test

lint: $(READY) ## ruff: style and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY) ## mypy --strict
	$(BIN)/mypy

contracts: $(READY) ## the floors, held by import-linter
	$(BIN)/lint-imports

tests: $(READY) ## pytest on every core
	$(BIN)/python -m pytest -n auto --dist loadfile -q

soak: $(READY) ## the long proofs, in full
	SHOPCRM_SOAK=1 $(BIN)/python -m pytest -n auto -q -m soak

bench: $(READY) ## ratios against raw floors measured in the same run
	$(BIN)/python -m benchmarks

docs: $(READY) ## write docs/cli.md and docs/errors.md anew
	$(BIN)/python docs/generate.py

examples: $(READY) ## write the example shop's exports anew
	$(BIN)/python examples/generate.py

catalog: $(READY) ## collect the strings and compile the translations
	$(BIN)/python docs/catalog.py

clean: ## remove what was built
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
