# `make demo` and `make test` set up everything they need in .venv, from the hash-locked
# requirements. They need Python 3.11 or newer with pip, make and git, nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# The tests start some hundred processes; each would compile everything again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test test-slow nightly worlds mutants matrix lint schemas reference seam pictures pins lock bench dist

demo: $(READY)
	$(BIN)/verifier demo

test: $(READY)
	$(BIN)/python -m pytest -n 4 --dist worksteal -m "not slow" $(PYTEST_ARGS)

# What starts many processes or waits, and more histories: some five minutes.
test-slow: $(READY)
	HISTORIES=histories $(BIN)/python -m pytest -n 6 --dist worksteal -m slow $(PYTEST_ARGS)
	HISTORIES=histories $(BIN)/python -m pytest tests/properties $(PYTEST_ARGS)

# The safety properties over 20,000 new histories, and as many odd texts for each parser.
nightly: $(READY)
	HISTORIES=nightly $(BIN)/python -m pytest tests/properties $(PYTEST_ARGS)
	FUZZ_EXAMPLES=20000 $(BIN)/python -m pytest --timeout 0 tests/fuzz $(PYTEST_ARGS)
	$(MAKE) matrix

# Random worlds on the sandbox, and a matrix of what the gate said of them: some eight a minute.
# `make worlds WORLD=7` plays one of them alone and shows what was said.
WORLDS ?= 300
worlds: $(READY)
	$(BIN)/python -m tests.worlds $(if $(WORLD),--world $(WORLD),--worlds $(WORLDS))

# Breaks each safety rule in a copy and sees that a test notices: about five minutes.
mutants: $(READY)
	$(BIN)/python -m tests.mutants

# What strangers may write, in each field, on each surface: ten minutes.
matrix: $(READY)
	$(BIN)/python -m tests.report.hostile_matrix

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy action/start.py
	$(BIN)/zizmor --quiet --offline --persona auditor .

bench: $(READY)
	$(BIN)/python -m benchmarks.reaction
	-$(BIN)/python -m benchmarks.exposure
	$(BIN)/python -m benchmarks.startup
	$(BIN)/python -m benchmarks.practice
	$(BIN)/python -m benchmarks.ledger
	$(BIN)/python -m benchmarks.migrations
	$(BIN)/python -m benchmarks.database
	$(BIN)/python -m benchmarks.audit
	$(BIN)/python -m benchmarks.bootstrap

# The published schemas are made from the code; a test holds them together.
schemas: $(READY)
	$(BIN)/python -m verifier.config.schemas schemas

# Options, inputs and outputs, from the sources; a test holds them together.
reference: $(READY)
	$(BIN)/python docs/reference.py

# Adds what is new to the list of what is public. What is gone fails a test: it was promised.
seam: $(READY)
	$(BIN)/python -m tests.public_seam

# What the gate says of a bad commit in the sandbox; a test holds the pictures to what is printed.
pictures: $(READY)
	$(BIN)/python docs/pictures.py

# The actions that workflows and pages use, from one list; a test holds them together.
pins: $(READY)
	$(BIN)/python docs/pins.py

# Wheel and sdist in dist/, the same bytes for the same commit, tried in an environment of their own.
dist: $(READY)
	release/build.sh
	release/try.sh $(PYTHON)

# Needs uv on the PATH.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header pyproject.toml --output-file requirements/run.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header --extra dev --extra sandbox pyproject.toml --output-file requirements/dev.txt
	echo squawk-cli | uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --output-file requirements/lint.txt -
	echo cyclonedx-bom | uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --output-file requirements/sbom.txt -
	echo uv | uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --output-file requirements/bootstrap.txt -

$(READY): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; this is $$($(PYTHON) --version). Try: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV) || { $(PYTHON) -m pip install --target $(VENV)/.virtualenv virtualenv && \
	  PYTHONPATH=$(VENV)/.virtualenv $(PYTHON) -m virtualenv $(VENV); }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
