# make run: the dashboard.  make test: all tests.  make lint: what CI checks besides.
PYTHON ?= python3.11
BIN := .venv/bin

.PHONY: run test lint
run: .venv/run-installed
	$(BIN)/streamlit run dashboard.py
test: .venv/dev-installed
	$(BIN)/python -m pytest
lint: .venv/dev-installed
	$(BIN)/ruff check && $(BIN)/ruff format --check && $(BIN)/mypy

.venv/run-installed: requirements.txt
	$(PYTHON) -m venv .venv && $(BIN)/python -m pip install -r requirements.txt && touch $@
.venv/dev-installed: requirements.txt requirements-dev.txt
	$(PYTHON) -m venv .venv && $(BIN)/python -m pip install -r requirements-dev.txt && touch $@
