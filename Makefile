# The one door: `make demo` runs the pipeline, `make test` tests it; both set everything up.

SHELL := /bin/bash

PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3; do \
	if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	then echo $$python; break; fi; done)

PACKAGES := libs/contracts services/extractor services/transformer services/sandbox cli
SOURCES := $(PACKAGES) tests scripts
BIN := .venv/bin
PIP_INSTALL := -m pip --disable-pip-version-check install --quiet --quiet

.DEFAULT_GOAL := help
.PHONY: help demo test check format docs setup lock lengths clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: setup ## run the whole pipeline on this machine over a simulated week
	@$(BIN)/playlake demo $(ARGS)

test: .venv/dev.stamp .venv-ministack/stamp ## run the tests; ARGS goes to pytest
	$(BIN)/pytest --numprocesses 2 --dist loadgroup $(ARGS)

check: .venv/dev.stamp ## lint, types, layers, formatting
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/mypy $(SOURCES)
	$(BIN)/lint-imports --no-logo

format: .venv/dev.stamp ## format the code
	$(BIN)/ruff format $(SOURCES)
	$(BIN)/ruff check --fix $(SOURCES)

docs: .venv/dev.stamp ## regenerate the generated pages of docs/
	$(BIN)/python scripts/reference.py

lengths: .venv/dev.stamp ## print how long the functions are
	$(BIN)/python scripts/function_lengths.py $(PACKAGES)

setup: .venv/stamp .venv-ministack/stamp ## install what the command and the services need

lock: ## compile requirements/*.in anew; needs uv
	for name in services dev ministack; do \
		uv pip compile --generate-hashes --no-header --no-annotate --universal \
			--python-version 3.11 --quiet --output-file requirements/$$name.txt \
			requirements/$$name.in; \
	done

clean: ## remove the environments; the lake in .playlake stays
	rm -rf .venv .venv-ministack

.venv/stamp: requirements/services.txt $(PACKAGES:%=%/pyproject.toml)
	@$(call new_environment,.venv)
	@echo "Installing the services"
	@$(BIN)/python $(PIP_INSTALL) --require-hashes --requirement requirements/services.txt
	@$(BIN)/python $(PIP_INSTALL) --no-build-isolation --no-deps $(PACKAGES:%=--editable %)
	@touch $@

.venv/dev.stamp: requirements/dev.txt .venv/stamp
	@echo "Installing the tests and checks"
	@$(BIN)/python $(PIP_INSTALL) --require-hashes --requirement requirements/dev.txt
	@touch $@

# MiniStack plays AWS. It needs other versions of what the services use, so it lives apart.
.venv-ministack/stamp: requirements/ministack.txt
	@$(call new_environment,.venv-ministack)
	@echo "Installing the local AWS"
	@.venv-ministack/bin/python $(PIP_INSTALL) --require-hashes --requirement requirements/ministack.txt
	@touch $@

define new_environment
	if [ -z "$(PYTHON)" ]; then \
		echo "Playlake needs Python 3.11 or newer: install it, or name one: make PYTHON=/path/to/python3" >&2; \
		exit 1; \
	fi; \
	$(PYTHON) -m venv $(1) || { \
		echo "$(PYTHON) cannot make virtual environments: install its venv module (on Debian: python3-venv)" >&2; \
		exit 1; \
	}
endef
