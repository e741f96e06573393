# `make demo` and `make test` need nothing but Python 3.11 or later and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# How long `make soak` takes, as in `make soak MINUTES=10`.
MINUTES ?= 60

.PHONY: demo test lint types check corpus soak bench clean

demo: $(VENV)/installed
	$(BIN)/campaign-importer demo

test: lint types check

lint: $(VENV)/installed-for-tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache

types: $(VENV)/installed-for-tests
	$(BIN)/mypy

check: $(VENV)/installed-for-tests
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n 2 --dist worksteal
	$(BIN)/coverage combine -q
	$(BIN)/coverage report

corpus: $(VENV)/installed-for-tests
	$(BIN)/python tests/test_corpus.py
	$(BIN)/python tests/test_differential.py

soak: $(VENV)/installed-for-tests
	$(BIN)/python -m pytest -m soak -s --soak-minutes $(MINUTES)
	$(BIN)/python -m pytest -n 2 --dist worksteal --hypothesis-profile other

bench: $(VENV)/installed-for-tests
	PYTHONPATH=. $(BIN)/python benchmarks/import_speed.py
	PYTHONPATH=. $(BIN)/python benchmarks/reading_speed.py

clean:
	rm -rf $(VENV) .coverage* .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist

$(VENV)/installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/installed-for-tests: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	touch $(VENV)/installed $@
