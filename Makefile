# The commands of this project; people and CI run the same ones. Needs python3.11 (or newer) and make.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
MEMORY := $(shell df -Pm /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 >= 256 { print "TMPDIR=/dev/shm" }')

.PHONY: run test check docs quick matrix newest oldest stress soak differ fuzz model bench profile format lint types schema dist lock audit sbom clean

run: .venv/installed            ## run the main job on the saved boards, offline
	$(BIN)/python -m scraper configs/maoyan.yaml --replay fixtures/maoyan
	@head -n 3 output/maoyan.jsonl

test: .venv/analysts            ## all tests, three at a time: many of them wait for servers
	$(BIN)/python -m pytest -n 3 --dist worksteal

quick: .venv/analysts           ## the tests that start no process, server, browser or cluster: in about a minute
	PYTHONDONTWRITEBYTECODE= $(MEMORY) $(BIN)/python -m pytest -m "not live and not slow" --hypothesis-profile quick -n 2 --dist worksteal

matrix: .venv/installed         ## quick tests, the Pool's and the main job on each Python here: make matrix ONLY=3.13 SMALL=1
	$(BIN)/python -m tests.matrix $(if $(ONLY),--only $(ONLY)) $(if $(SMALL),--small)

newest: .venv/installed         ## the same on this Python with the newest packages that pyproject.toml allows
	$(BIN)/python -m tests.matrix --resolution highest

oldest: .venv/installed         ## and with the oldest
	$(BIN)/python -m tests.matrix --resolution lowest-direct

stress: .venv/analysts         ## the tests that kill and the tests that are large, at length
	STRESS=50 STRESS_URLS=1000000 $(BIN)/python -m pytest -m slow tests/system/test_crash.py tests/system/test_crash_books.py tests/system/test_scale.py --durations=0

fuzz: .venv/installed           ## what the tests of odd pages, answers and configs do, with other seeds and at length
	$(BIN)/python -m pytest --hypothesis-profile fuzz --timeout 3600 --hypothesis-show-statistics tests/*/test_fuzz_*.py

differ: .venv/installed         ## html5's trees beside a headless Chromium's, on saved pages and on 3,000 of tag soup
	$(BIN)/python -m tests.support.differ

soak: .venv/installed           ## faults, kills and resumes for half an hour, and the accounts: make soak SOAK_SECONDS=600 SEED=7
	$(BIN)/python -m tests.system.soak --seconds $(or $(SOAK_SECONDS),1800) $(if $(SEED),--seed $(SEED))

check: lint types docs test     ## what CI runs

lint: .venv/installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: .venv/installed
	$(BIN)/mypy

docs: .venv/installed           ## build the docs into site/, which is then to be opened with a browser
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

format: .venv/installed         ## put the code into its form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

schema: .venv/installed         ## write anew what is made from the model: the JSON Schema, the forms, the reference of all keys
	$(BIN)/python -m scraper schema > scraper/config/schema.json
	$(BIN)/python -m scraper.config.form_table > scraper/config/forms.json
	$(BIN)/python -m tests.docs.keyreference
	$(BIN)/python -m tests.docs.manpage

dist: .venv/installed           ## build wheel and sdist into dist/, and look at them as an index would
	rm -rf dist
	$(BIN)/uv build --quiet
	$(BIN)/uv tool run --quiet --from "twine>=6" twine check --strict dist/*

LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11.5 --no-header --no-annotate --generate-hashes \
	--constraint constraints.txt --output-file

lock: .venv/installed           ## write requirements/*.txt anew: the versions of constraints.txt, each file by its hash
	$(LOCK) requirements/build.txt requirements/build.in
	$(LOCK) requirements/run.txt pyproject.toml
	$(LOCK) requirements/dev.txt pyproject.toml requirements/build.in --extra dev
	$(LOCK) requirements/analysts.txt pyproject.toml requirements/build.in --extra dev --extra analysts

sbom: .venv/installed           ## write sbom.json (CycloneDX): what a job runs on, with versions and licences
	$(PYTHON) -m venv --clear --without-pip build/job
	$(PIP) --python build/job/bin/python install --require-hashes --requirement requirements/run.txt
	$(PYTHON) -m venv --clear build/sbom
	build/sbom/bin/python -m pip install --quiet --disable-pip-version-check "cyclonedx-bom>=7.5"
	build/sbom/bin/cyclonedx-py environment build/job --pyproject pyproject.toml --output-reproducible --output-file sbom.json

audit: .venv/installed          ## known holes in the pinned packages: a report, which never fails
	@$(BIN)/python -m tests.audit

model: .venv/installed          ## 100,000 random sites with random faults, held against a model that is a page of code
	MODEL_SITES=100000 $(BIN)/python -m pytest --timeout 14400 tests/system/test_model.py

bench: .venv/installed          ## hold the program against its peers; needs nginx (root: installed), takes some minutes
	bench/setup.sh
	$(BIN)/python -m bench.run --pages $(or $(PAGES),300) --runs $(or $(RUNS),3) --output bench/RESULTS.md

profile: .venv/installed        ## where the time goes: make profile CONFIG="configs/x.yaml --quiet", or none for bench
	$(PIP) install --editable ".[bench]"
	$(if $(CONFIG),,bench/setup.sh)
	$(BIN)/python -m bench.hotspots $(CONFIG)

.venv/installed: pyproject.toml requirements/dev.txt
	$(PYTHON) -m venv .venv
	$(PIP) install --require-hashes --requirement requirements/dev.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q scraper  # pip does so for what it copies; cron's user may not write here
	@touch $@

.venv/analysts: .venv/installed requirements/analysts.txt ## what the docs for analysts show: 400 MB that `make run` can do without
	$(PIP) install --require-hashes --requirement requirements/analysts.txt
	@touch $@

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache build dist *.egg-info
