# `make help` lists what there is. Everything happens in one environment that is made on the first call: .venv, from
# the versions in requirements.lock. It is made anew only when those versions or pyproject.toml change. `make lowest`
# alone has an environment of its own.

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
LOWEST := $(VENV)-lowest
RUNTIME := $(VENV)-runtime

# a file is one process's, so that what its tests share is made once
PYTEST := -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

# Where a library's version shows, once each: tables and downloads are read, settings and run folders written and read,
# networks built, trained, saved, loaded and asked, figures and pages made, the command line used. What is left out trains
# the same once more, for minutes, or looks at our own code alone.
OF_LIBRARIES := $(addprefix tests/,cli data/test_fetch.py data/understand/test_read.py data/formats/test_delimited.py engine evaluation exports/test_onnx.py models reference \
	runs/test_folder.py runs/test_job.py runtime signals/test_resample.py test_spec.py views)
# Where a data set is looked for.
OF_DATA := $(addprefix tests/,cli/test_cli.py data reproduction)

# The first Python that runs, is new enough and can make an environment; name another with `make PYTHON=... demo`.
PYTHON = $(shell for python in python3.11 python3.12 python3.13 python3; do \
	"$$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo "$$python" && break; done)

unexport PYTHONPATH PYTHONHOME
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help demo test slow mobile lowest runtime no-data check layout lint types bench format lock clean

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile

demo: $(INSTALLED)  ## trains on the built-in simulated data and ends with the path of the report
	@$(BIN)/stridenet run simulated --repeats 4

test: $(INSTALLED)  ## runs the tests, also those in docstrings and in the README; a quarter of an hour
	@$(BIN)/python $(PYTEST) -m "not slow"

slow: $(INSTALLED)  ## runs what is left out of them: the pages' blocks, the guard in one more way, ...
	@$(BIN)/python $(PYTEST) -m slow

mobile: $(INSTALLED)  ## writes LiteRT and Core ML files and answers with LiteRT, in the environment that the export makes (1.5 GB)
	@$(BIN)/python -c "from stridenet.exports.mobile import environment; environment.python(print)"
	@$(BIN)/python $(PYTEST) tests/exports -k "litert or core_ml or mobile"

lowest: $(LOWEST)/.installed  ## runs the tests that see versions, with the oldest that pyproject.toml allows
	@$(LOWEST)/bin/python $(PYTEST) -W ignore::DeprecationWarning $(OF_LIBRARIES)

no-data: $(INSTALLED)  ## runs the tests that look for data sets, where there are none
	@env -u STRIDENET_DATA $(BIN)/python $(PYTEST) $(OF_DATA)

runtime: $(RUNTIME)/.installed  ## measures and tests the runtime where nothing else is installed
	@$(BIN)/python .ci/model_file.py $(RUNTIME)/model.stride
	@$(RUNTIME)/bin/python .ci/runtime.py $(RUNTIME)/model.stride
	@$(RUNTIME)/bin/pip install --quiet $$(sed -n 's/^\(\(pytest\|hypothesis\)==[^ ]*\) .*/\1/p' requirements.lock)
	@$(RUNTIME)/bin/python -m pytest --quiet --confcutdir=tests/runtime tests/runtime

check: layout lint types  ## layout, lint and types, as CI does

layout: $(INSTALLED)
	$(BIN)/ruff format --check

lint: $(INSTALLED)
	$(BIN)/ruff check

types: $(INSTALLED)
	$(BIN)/mypy

bench: $(INSTALLED)  ## measures against Keras, PyTorch and pandas and writes docs/performance.md; wants an idle machine
	@$(BIN)/python benchmarks/bench.py $(if $(wildcard ../shared/data),--data-dir ../shared/data)

format: $(INSTALLED)  ## lays out the code and puts right what can be put right
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

lock: $(INSTALLED)  ## chooses the newest versions that pyproject.toml allows
	$(BIN)/uv pip compile pyproject.toml runtime/pyproject.toml --group dev --universal --python-version 3.11 --upgrade --generate-hashes \
		--no-header --no-annotate --no-emit-index-url --no-emit-package stridenet-runtime --quiet --output-file requirements.lock

clean:  ## removes the environment and all that was built; runs/ stays
	rm -rf $(VENV) $(LOWEST) $(RUNTIME) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find src runtime tests benchmarks -name __pycache__ -prune -exec rm -rf {} +

define new_environment
@test -n "$(PYTHON)" || { echo "no Python 3.11 or newer with venv was found: install one, or name it with" \
	"make PYTHON=/path/to/python." >&2; exit 2; }
@echo "installing into $(@D) with $(PYTHON)"
@"$(PYTHON)" -m venv $(@D)
endef

# uv takes 14 s where pip takes 54 s. It does not read pip's own settings, so where a mirror is set there and uv finds
# nothing, pip installs the same files: both check the same hashes.
$(INSTALLED): pyproject.toml runtime/pyproject.toml requirements.lock
	$(new_environment)
	@{ $(BIN)/pip install --quiet "$$(sed -n 's/^\(uv==[^ ]*\).*/\1/p' requirements.lock)" && \
		$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --requirement requirements.lock; } || \
		$(BIN)/pip install --quiet --requirement requirements.lock
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable ./runtime --editable .
	@touch $@

# Wheels only: an old version that would have to be compiled says so at once.
$(LOWEST)/.installed: pyproject.toml runtime/pyproject.toml .ci/lowest.py
	$(new_environment)
	@"$(PYTHON)" .ci/lowest.py > $(LOWEST)/oldest.txt
	@$(LOWEST)/bin/pip install --quiet --only-binary :all: --requirement $(LOWEST)/oldest.txt
	@$(LOWEST)/bin/pip install --quiet --no-deps --no-build-isolation --editable ./runtime --editable .
	@touch $@

# The wheel as a user gets it, with the newest versions that were tried.
$(RUNTIME)/.installed: $(INSTALLED) runtime/pyproject.toml $(shell find runtime/src -name '*.py')
	rm -rf $(RUNTIME)
	$(new_environment)
	@cd runtime && $(abspath $(BIN))/python -m hatchling build -t wheel -d $(abspath $(RUNTIME))/wheel 2>/dev/null
	@sed -n 's/^\(\(numpy\|onnxruntime\)==[^\\]*[^\\ ]\) *\\*$$/\1/p' requirements.lock > $(RUNTIME)/wanted.txt
	@$(RUNTIME)/bin/pip install --quiet --requirement $(RUNTIME)/wanted.txt $(RUNTIME)/wheel/*.whl
	@touch $@
