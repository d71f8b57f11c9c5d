# The two commands for a newcomer are `make run` and `make test`; `make help` lists the others.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
# Make hands its variables on where the environment has them: no name here may be a setting's.
TEST_WORKERS := 4
# Without it every process would compile the project, and the tests' asserts, anew.
unexport PYTHONDONTWRITEBYTECODE
PYTEST := $(BIN)/pytest -q -n $(TEST_WORKERS) --dist loadgroup
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: help run test test-debian15 test-embedded18 bench check format schema lock clean

help: ## list the commands
	@sed -nE 's/^([a-z0-9-]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

run: $(VENV)/installed ## start PostgreSQL and the server, with a demo, at http://127.0.0.1:8080
	@exec $(BIN)/slotkeeper run

test: $(VENV)/installed-dev ## run every test on PostgreSQL 15 with pg_cron, and on 18
	@status=0; \
	$(MAKE) test-debian15 || status=1; \
	$(MAKE) test-embedded18 || status=1; \
	exit $$status

test-debian15: $(VENV)/installed-dev
	@tests/support/install-debian-packages
	$(PYTEST) --cluster=debian15

test-embedded18: $(VENV)/installed-dev
	@tests/support/install-debian-packages
	$(PYTEST) --cluster=embedded18

bench: $(VENV)/installed-dev ## measure booking and listing; BEFORE=COMMIT: against that commit, too
	@command -v wrk >/dev/null || tests/support/install-debian-packages wrk
	@exec $(BIN)/python -m bench $(if $(BEFORE),--before $(BEFORE))

check: $(VENV)/installed-dev ## lint, types, SQL form, and the repository's own gates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict server slotkeeper tests bench
	$(BIN)/sqlfluff lint --disable-progress-bar db/functions db/migrations db/views db/demo db/roles.sql
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	$(BIN)/python -m tests.support.gates
	$(BIN)/python -m tests.support.schema

format: $(VENV)/installed-dev ## bring the Python files into form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

schema: $(VENV)/installed-dev ## write db/schema.sql from the migrations
	$(BIN)/python -m tests.support.schema --write

# pip's own settings may name a mirror or a folder; nothing of that gets into the lock files.
COMPILE := $(VENV)-lock/bin/pip-compile --quiet --no-header --allow-unsafe --strip-extras \
	--generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
	--build-deps-for=editable pyproject.toml $(UPGRADE)

lock: $(VENV)/bin/python ## pin the dependencies anew; UPGRADE=--upgrade for newer versions
	$(BIN)/python -m venv $(VENV)-lock
	$(VENV)-lock/bin/python -m pip install --quiet --disable-pip-version-check pip-tools
	$(COMPILE) --output-file requirements.txt
	$(COMPILE) --extra test --extra check -c requirements.txt --output-file requirements-dev.txt
	rm -rf $(VENV)-lock

clean: ## remove what `make` installed; the data in .data stays
	rm -rf $(VENV) $(VENV)-lock .mypy_cache .pytest_cache .ruff_cache .hypothesis

# The project itself is linked, not copied: what is edited is what runs.
INSTALL_PROJECT := $(PIP_INSTALL) --no-deps --no-build-isolation --editable .

$(VENV)/bin/python:
	@.ci/make-venv $(VENV)

$(VENV)/installed: requirements.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing what the server needs ..."
	@$(PIP_INSTALL) --require-hashes --requirement requirements.txt
	@$(INSTALL_PROJECT)
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt $(VENV)/installed
	@echo "Installing what the tests and checks need ..."
	@$(PIP_INSTALL) --require-hashes --requirement requirements-dev.txt
	@touch $@
