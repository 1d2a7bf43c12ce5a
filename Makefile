# `make demo` and `make test` set up everything they need in .venv, from the hash-locked
# requirements. They need Python 3.11 or newer with pip, make and git, nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# The tests start some hundred processes; each would compile everything again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: dev docs browser spelling demo sandbox rehearse test test-slow nightly fuzz worlds soak mutants matrix faults contract lint schemas reference languages seam pictures pins owner lock bench figures dist

# Everything that working on it needs.
dev: $(READY)

demo: $(READY)
	$(BIN)/verifier demo

# It says how to push one of its commits and how to judge that; Ctrl-C ends it.
sandbox: $(READY)
	$(BIN)/verifier sandbox

# An incident on a configuration, before it happens: `make rehearse REHEARSE=--all CHECKOUT=../mine`.
REHEARSE ?= missing-migration
CHECKOUT ?= examples/julia
rehearse: $(READY)
	$(BIN)/verifier rehearse $(REHEARSE) --checkout $(CHECKOUT)

test: $(READY)
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not slow" $(PYTEST_ARGS)

# What starts many processes or waits, and more histories: some twenty minutes on two cores. Pages are tried in a
# Chromium with what npm has, which `make browser` sets up; without them those tests fail.
test-slow: $(READY)
	HISTORIES=histories $(BIN)/python -m pytest -n 6 --dist worksteal -m slow $(PYTEST_ARGS)
	HISTORIES=histories $(BIN)/python -m pytest tests/properties $(PYTEST_ARGS)

# A Chromium where there is none (by apt), and what the tests and the spell check take from npm.
browser:
	.ci/browser

# Pages in English, and the texts of the program in English and Portuguese; cspell.json has our words.
NODE := requirements/node/node_modules
spelling: $(NODE)
	$(NODE)/.bin/cspell lint --no-progress --no-summary --config cspell.json

$(NODE): requirements/node/package-lock.json
	npm ci --prefix requirements/node --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# The safety properties over 20,000 new histories.
nightly: $(READY)
	HISTORIES=nightly $(BIN)/python -m pytest tests/properties $(PYTEST_ARGS)
	$(MAKE) matrix
	$(MAKE) faults PAIRS=10000

# Odd texts and answers for each parser, so many seconds each: `make fuzz FUZZ_SECONDS=600`.
FUZZ_SECONDS ?= 60
fuzz: $(READY)
	FUZZ_SECONDS=$(FUZZ_SECONDS) $(BIN)/python -m pytest -n 2 --timeout 0 tests/fuzz $(PYTEST_ARGS)

# Random worlds on the sandbox, and a matrix of what the gate said of them: some eight a minute.
# `make worlds WORLD=7` plays one of them alone and shows what was said.
WORLDS ?= 300
worlds: $(READY)
	$(BIN)/python -m tests.worlds $(if $(WORLD),--world $(WORLD),--worlds $(WORLDS))

# Gates in a row on one sandbox, some killed at a random moment: figures and a plot in soak/.
GATES ?= 500
KILLS ?= 200
soak: $(READY)
	$(BIN)/python -m tests.soak --gates $(GATES) --kills $(KILLS)

# Breaks each safety rule in a copy and sees that a test of that line notices: about an hour.
mutants: $(READY)
	$(BIN)/python -m tests.mutants

# What strangers may write, in each field, on each surface: ten minutes.
matrix: $(READY)
	$(BIN)/python -m tests.report.hostile_matrix

# Every external call of a gate with every fault, as a table; then random pairs of them, others for
# another seed: `make faults PAIRS=1000 SEED=5`.
PAIRS ?= 100
SEED ?= 23
faults: $(READY)
	$(BIN)/python -m tests.commands.fault_matrix
	$(BIN)/python -m tests.commands.fault_matrix --pairs $(PAIRS) --seed $(SEED)

# Railway's API of today against everything that is sent to it; RAILWAY_API_TOKEN may be needed.
contract: $(READY)
	$(BIN)/verifier doctor --schema

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy action/start.py
	$(BIN)/zizmor --quiet --offline --persona auditor .

# Some 45 minutes, most of them waiting: what plays incidents sleeps as long as the practices do.
bench: $(READY)
	$(BIN)/python -m benchmarks.reaction
	-$(BIN)/python -m benchmarks.exposure
	$(BIN)/python -m benchmarks.overhead
	$(BIN)/python -m tests.commands.false_rollbacks
	$(BIN)/python -m tests.commands.scale
	$(BIN)/python -m benchmarks.startup
	$(BIN)/python -m benchmarks.practice
	$(BIN)/python -m benchmarks.ledger
	$(BIN)/python -m benchmarks.migrations
	$(BIN)/python -m benchmarks.database
	$(BIN)/python -m benchmarks.audit
	$(BIN)/python -m benchmarks.bootstrap

# Every figure of docs/benchmarks.md that is played or measured: some two hours on a quiet machine.
figures: $(READY)
	-$(BIN)/python -m benchmarks.exposure --out docs/figures/exposure.json
	$(BIN)/python -m benchmarks.overhead --out docs/figures/overhead.json
	$(BIN)/python -m benchmarks.bootstrap --out docs/figures/start.json
	$(BIN)/python -m benchmarks.practice --out docs/figures/practice.json
	$(BIN)/python -m tests.commands.false_rollbacks --out docs/figures/false-rollbacks.json
	-$(BIN)/python -m tests.commands.scale --out docs/figures/scale.json
	$(BIN)/python -m benchmarks.audit --out docs/figures/repositories.json
	$(BIN)/python -m tests.commands.fault_matrix --out docs/figures/faults.json
	$(BIN)/python -m tests.soak --gates $(GATES) --kills $(KILLS) --out soak
	cp soak/soak.json docs/figures/
	cp soak/soak.svg docs/pictures/
	$(BIN)/python -m benchmarks.document

# The published schemas are made from the code; a test holds them together.
schemas: $(READY)
	$(BIN)/python -m verifier.config.schemas schemas
	$(BIN)/python -m verifier.sandbox.rehearsal.published schemas

# Options, inputs and outputs, from the sources; a test holds them together.
reference: $(READY)
	$(BIN)/python docs/reference.py

# Adds what is new to the list of what is public. What is gone fails a test: it was promised.
seam: $(READY)
	$(BIN)/python -m tests.public_seam

# What the gate says of a bad commit in the sandbox; a test holds the pictures to what is printed.
pictures: $(READY)
	$(BIN)/python docs/pictures.py
	$(BIN)/python -m tests.report.ten_seconds

# The catalogues of other languages, after a change of texts or translations.
languages: $(READY)
	$(BIN)/python -m tests.language.catalogues

# The actions that workflows and pages use, from one list; a test holds them together.
pins: $(READY)
	$(BIN)/python docs/pins.py

# Where the project is at home, from `REPOSITORY` in verifier/model/project.py, wherever it is named.
owner: $(READY)
	$(BIN)/python docs/owner.py
	$(MAKE) schemas

# The pages as a site in .site/, in an environment of its own; a link or anchor that leads nowhere fails,
# and so does a workflow, form or snippet that is not as its published schema says.
DOCS := .venv-docs
docs: $(DOCS)/.ready
	NO_MKDOCS_2_WARNING=1 $(DOCS)/bin/mkdocs build --strict
	$(DOCS)/bin/python docs/snippets.py
	@echo "The site is in .site: $(PYTHON) -m http.server --directory .site"

$(DOCS)/.ready: requirements/docs.txt
	$(PYTHON) -m venv $(DOCS)
	$(DOCS)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/docs.txt
	@touch $@

# Wheel and sdist in dist/, the same bytes for the same commit, tried in an environment of their own.
dist: $(READY)
	release/build.sh
	release/try.sh $(PYTHON)

# Needs uv on the PATH.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header pyproject.toml --output-file requirements/run.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header --no-strip-extras --extra dev --extra sandbox pyproject.toml --output-file requirements/dev.txt
	echo squawk-cli | uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --output-file requirements/lint.txt -
	echo zizmor | uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --output-file requirements/zizmor.txt -
	printf 'mkdocs-material\ncheck-jsonschema\n' | uv pip compile --quiet --universal \
	  --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --output-file requirements/docs.txt -
	echo cyclonedx-bom | uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --output-file requirements/sbom.txt -
	echo uv | uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --output-file requirements/bootstrap.txt -

# By uv, which takes a tenth of pip's time, trusting whom the system trusts, as pip does; by pip where
# uv does not run or reaches no index.
PIP = $(PYTHON) -m pip --python $(BIN)/python install --quiet --disable-pip-version-check
UV = $(BIN)/uv pip install --system-certs --quiet --python $(BIN)/python
$(READY): requirements/dev.txt requirements/bootstrap.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; this is $$($(PYTHON) --version). Try: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	{ $(PIP) --only-binary :all: --require-hashes -r requirements/bootstrap.txt && \
	  $(UV) --require-hashes -r requirements/dev.txt && $(UV) --no-deps --no-build-isolation -e . ; } || \
	{ $(PIP) --require-hashes -r requirements/dev.txt && $(PIP) --no-deps --no-build-isolation -e . ; }
	@touch $@
