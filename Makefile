# Thin targets: each calls one script or one command. `make demo` and `make test` need nothing set up first.
.DEFAULT_GOAL := help
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
export UV_SYSTEM_CERTS := 1

.PHONY: help setup demo test check bench test-national lock clean

help:
	@echo "make demo | test | check | bench | test-national | setup | lock | clean"

setup: $(VENV)/.ready

$(VENV)/.ready: tools/setup.sh requirements.txt requirements-dev.txt requirements-node.txt pyproject.toml \
		fastlege/identity_provider/provider/package-lock.json $(wildcard fastlege/locale/*/LC_MESSAGES/*.po)
	@sh tools/setup.sh $(VENV)

demo: setup
	@$(BIN)/fastlege demo

test: setup
	@$(BIN)/python -m pytest -m "not national" --numprocesses 2 --dist loadfile --no-loadscope-reorder

check: setup
	@sh tools/check.sh $(BIN)

bench: setup
	@$(BIN)/python -m benchmarks

test-national: setup
	@$(BIN)/python -m pytest -m national

lock: setup
	@sh tools/lock.sh $(BIN)

clean:
	@-test ! -d .fastlege || $(BIN)/fastlege database stop
	@rm -rf .fastlege .coverage .import_linter_cache artifacts .pytest_cache .mypy_cache .ruff_cache .hypothesis staticfiles build dist
