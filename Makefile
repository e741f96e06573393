# `make demo` and `make test` need nothing but Python 3.11 or later and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# How long `make soak` takes, as in `make soak MINUTES=10`.
MINUTES ?= 60

.PHONY: help demo test quick lint types check wheel format docs pictures golden corpus soak bench clean

help:  ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s%s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/installed  ## import the sample into a stand-in server
	$(BIN)/campaign-importer demo

test: lint types check wheel  ## all checks of this project

lint: $(VENV)/installed-for-tests  ## formatting, rules, imports, dependencies
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/deptry importer schemas

format: $(VENV)/installed-for-tests  ## format the code, and correct what can be corrected by itself
	$(BIN)/ruff check --fix --quiet --exit-zero .
	$(BIN)/ruff format .

types: $(VENV)/installed-for-tests  ## mypy, strict
	$(BIN)/mypy

check: $(VENV)/installed-for-tests  ## all tests, with coverage
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n 3 --dist worksteal
	$(BIN)/coverage combine -q
	$(BIN)/coverage report

wheel: $(VENV)/installed-for-tests  ## build the wheel, install it alone in a fresh environment, run its demo
	rm -rf build/alone
	$(BIN)/python -m hatchling build -t wheel -d build/alone
	$(PYTHON) -m venv build/alone/venv
	build/alone/venv/bin/python -m pip install --quiet build/alone/*.whl
	cd build/alone && venv/bin/campaign-importer demo --quiet --json > demo.json

quick: $(VENV)/installed-for-tests  ## unit tests and contracts, about a minute
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest -q -n 2 --dist worksteal -m "not soak and not slow" tests/unit tests/contracts

docs: $(VENV)/installed-for-tests  ## write what the documents have from the code
	$(BIN)/python -m docs.make
	REGENERATE=1 $(BIN)/python -m pytest -q tests/contracts/test_readme.py tests/contracts/test_python_api.py

pictures: $(VENV)/installed-for-tests  ## take the pictures of the documents anew
	$(BIN)/python -m docs.make_pictures

golden: $(VENV)/installed-for-tests  ## write the golden files anew; read the difference
	REGENERATE=1 $(BIN)/python -m pytest -q tests/contracts/test_help.py tests/contracts/test_samples.py \
		tests/commands/test_terminal.py tests/commands/test_undo_words.py tests/unit/migration/test_golden.py \
		tests/unit/drop/test_mail_content.py

corpus: $(VENV)/installed-for-tests  ## read real files and compare with other programs
	$(BIN)/python tests/other_programs/test_corpus.py
	$(BIN)/python tests/other_programs/test_differential.py

soak: $(VENV)/installed-for-tests  ## random faults for a long time: MINUTES=60
	$(BIN)/python -m pytest -m soak -s --soak-minutes $(MINUTES)
	$(BIN)/python -m pytest -n 2 --dist worksteal --hypothesis-profile other

bench: $(VENV)/installed-for-tests  ## how fast it is beside other programs: all, or SUBJECTS="checking starting"
	$(BIN)/python -m benchmarks.run $(SUBJECTS)

clean:  ## remove what these commands have made
	rm -rf $(VENV) .coverage* .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist

$(VENV)/installed: pyproject.toml
	@echo "Installing (about a minute, once) …"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/installed-for-tests: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	touch $(VENV)/installed $@
