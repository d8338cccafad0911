# Everything anybody does with Fascicle, one command each. `make` alone lists them.
PYTHON ?= .venv/bin/python python3.13 python3.12 python3.11 python3
BIN := .venv/bin
PORT ?= 8000
PYTEST := $(BIN)/python -m pytest

.DEFAULT_GOAL := help
.PHONY: help setup setup-test run test test-quick test-oracles check fix lock docs messages client screenshots bench validation

help:
	@echo "make run [PORT=8000]  the demo, from nothing"
	@echo "make test             every test, with real servers and a real browser"
	@echo "make test-quick       the tests that need no database"
	@echo "make test-oracles     the mixed models against R on fresh data, where R is installed"
	@echo "make check            style, types, imports, migrations, reference documents, deployment settings"
	@echo "make fix              what a tool can mend of the style"
	@echo "make lock             requirements/*.lock from pyproject.toml"
	@echo "make docs             docs/reference from the declaration of forms and schedule"
	@echo "make messages         what is to be translated, and the catalogue compiled; needs GNU gettext"
	@echo "make client           the typed Python client of the API, in build/client"
	@echo "make screenshots      every page as a picture"
	@echo "make bench            the numbers in benchmarks/"
	@echo "make validation       traceability, run and installation on paper, in build/validation/"

setup:
	@$(call with_python,demo)

setup-test:
	@$(call with_python,test)

run: setup
	@$(BIN)/python -m config.supervisor $(PORT)

# On two cores, each with servers of its own; a file's tests stay together.
test: setup-test
	@deploy/browser.sh
	@$(PYTEST) --numprocesses 2 --dist loadfile

test-quick: setup-test
	@$(PYTEST) --no-servers

test-oracles: setup-test
	@$(PYTEST) --no-servers tests/oracles

check: setup-test
	@$(BIN)/python deploy/check.py

fix: setup-test
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

lock: setup-test
	@deploy/lock.sh

docs: setup-test
	@FASCICLE_DEBUG=1 $(BIN)/python manage.py reference

# Only what people read: tests and tools speak English.
messages: setup-test
	@$(BIN)/python manage.py makemessages --locale zh_Hans --extension html,py,svg,txt --no-location --no-obsolete \
	    $(foreach folder,benchmarks deploy docs static tests tools,--ignore '$(folder)/*')
	@$(BIN)/python manage.py compilemessages --locale zh_Hans --verbosity 0

client: setup-test
	@$(BIN)/python tools/client.py build/client

screenshots: setup-test
	@deploy/browser.sh
	@$(PYTEST) tests/browser --screenshots=docs/screenshots -k screenshot

bench: setup
	@$(BIN)/python -m benchmarks

# From the latest `make test` of this commit; without one it runs the tests that hold requirements.
validation: setup-test
	@$(BIN)/python -m tests.validation

# The first of PYTHON that exists and is new enough brings the environment up to date.
define with_python
	for python in $(PYTHON); do \
	    if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	        exec $$python deploy/venv.py $(1); \
	    fi; \
	done; \
	echo "Fascicle needs Python 3.11 or newer; there is none on the PATH."; exit 1
endef
