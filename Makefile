# The menu. `make run` and `make test` do all set-up by themselves: python3, a C compiler, git and bash are enough.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
DEV    := $(VENV)/.dev-installed

.PHONY: help run demo dev test lint types imports bench fuzz docs rules clean

help:           ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(STAMP): pyproject.toml hatch_build.py $(wildcard shims/*.c shims/Makefile) | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(DEV): $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $$($(BIN)/python -c "import tomllib; \
	  print(*tomllib.load(open('pyproject.toml', 'rb'))['dependency-groups']['dev'])")
	@touch $@

run: $(STAMP)   ## run CMD under interposer (make run CMD='git status'); without CMD an interposed shell
	@$(BIN)/interposer run -- $(if $(CMD),bash -c '$(subst ','\'',$(CMD))',bash -i)

demo: $(STAMP)  ## a scripted agent: ordinary work passes, six attacks are refused, the log is shown
	@$(BIN)/python docs/demo/demo.py

dev: $(DEV)     ## set up .venv with everything that developing needs

test: $(DEV)    ## all tests: lint, types, imports, then pytest
	@bash tests/run $(ARGS)

lint: $(DEV)    ## ruff
	$(BIN)/ruff check --config pyproject.toml . && $(BIN)/ruff format --check --config pyproject.toml .

types: $(DEV)   ## mypy, strict
	$(BIN)/mypy

imports: $(DEV) ## the import contract
	$(BIN)/lint-imports

bench: $(DEV)   ## speed, as ratios measured in one run
	$(BIN)/python -m tests.bench

fuzz: $(DEV)    ## the differential fuzzer against real bash (SECONDS=3600)
	$(BIN)/python -m tests.fuzz --seconds $(or $(SECONDS),3600)

docs: $(DEV)    ## regenerate what is generated: schema, rule pages, README output
	$(BIN)/python docs/generate.py

clean:          ## remove what the targets made
	rm -rf $(VENV) build dist shims/interposer-shim .mypy_cache .ruff_cache .pytest_cache .hypothesis
