# Everything a newcomer or a maintainer does, one verb each. `make` alone lists them.
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup run demo test check bench killtest prove simulate mutants fmt lock clean
# make has an AS of its own (the assembler), so only one that was typed counts.
ifneq ($(origin AS),command line)
AS = pcso
endif
EMPTY :=
PYTHON ?= python3
export PYTHON
PY := .venv/bin/python
SESSION := sh packaging/keyring-session.sh
CORES := -n auto --maxprocesses 4 --dist worksteal
DEMO := $(SESSION) -- $(PY) -m tests.demo

help: ## show this list
	@awk 'BEGIN {FS = ":.*?## "} /^[a-z]+:.*?## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## install what is missing (the other verbs do this by themselves)
	@sh packaging/setup.sh$(FOR)

# The tests bring a PostgreSQL of their own; the other verbs do without.
test prove bench killtest: FOR = $(EMPTY) --for-tests

run: setup ## start a centre with the demo force and open the app (AS=sergeant: the sergeant's tablet)
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then \
	  echo "run: a centre with the demo force, and the app as $(AS)"; \
	  $(SESSION) --desktop --keep build/run/keyring-$(AS) -- $(PY) packaging/run_demo_force.py --as $(AS); \
	else \
	  echo "run: there is no display here, so the demo drives the screens without one"; \
	  $(DEMO); \
	fi

demo: setup ## drive the officers' day without hands; pictures and figures in build/demo/
	@echo "demo: the officers' day, driven without hands"
	@$(DEMO)

test: setup ## run the tests
	@echo "test: every test but the long proofs (random order, warnings are errors, one process a core)"
	@$(SESSION) -- $(PY) -m pytest -m "not bench and not long" $(CORES)

prove: setup ## run the long proofs: histories, kills, broken lines, full disks, restores
	@echo "prove: the long proofs"
	@$(SESSION) -- $(PY) -m pytest -m "long" $(CORES)

check: setup ## check format, style, layers and types
	@echo "check: format" && .venv/bin/ruff format --check --quiet .
	@echo "check: style" && .venv/bin/ruff check --quiet .
	@echo "check: layers" && .venv/bin/lint-imports --no-logo
	@echo "check: types" && .venv/bin/mypy --no-error-summary
	@echo "check: clean"

bench: setup ## measure speed, one JSON line a figure (RIVALS=1: other systems too; TABLETS=n, ENTRIES=n: smaller)
	@$(SESSION) -- $(PY) -m tests.bench

killtest: setup ## kill the app and the centre 200 times each (KILLS=n), or three tablets and the centre for MINUTES=n
	@echo "killtest: real processes, killed at random moments"
	@if [ -n "$$MINUTES" ]; then \
	  $(SESSION) -- $(PY) -m pytest tests/kill/test_patrol_kill.py; \
	else \
	  KILLS=$${KILLS:-200} EVERY_BYTE=1 $(SESSION) -- $(PY) -m pytest -m kill; \
	fi

simulate: setup ## sync under every kind of fault, history after history (SEEDS=a-b; one number: replay)
	@$(PY) -m tests.sim $${SEEDS:-1-2000 --sweep}

mutants: setup ## plant bugs in the code, one at a time: the simulator must notice each
	@$(PY) -m tests.sim.mutants

fmt: setup ## format the code and mend what can be mended by itself
	@echo "fmt: format and fix"
	@.venv/bin/ruff format --quiet . && .venv/bin/ruff check --fix --quiet .

lock: setup ## write requirements.lock from pyproject.toml (UPGRADE=--upgrade: newest releases)
	@echo "lock: choosing releases for every platform"
	@.venv/bin/uv pip compile --universal --generate-hashes --all-extras --group dev $(UPGRADE) \
	  --python-version 3.11 --custom-compile-command "make lock" --quiet \
	  pyproject.toml --output-file requirements.lock

clean: ## remove what the other verbs made, but for .venv
	@echo "clean: build/ and caches"
	@rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis *.egg-info
	@find . -path ./.venv -prune -o -name __pycache__ -type d -exec rm -rf {} +
