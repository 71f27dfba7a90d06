# A new clone needs two commands: `make demo` shows what ccmail does, `make test` tests it.
PYTHON ?= python3
BIN := .venv/bin
SEEDS ?= 5
WAY ?= smtp
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help demo demo-cluster test quick lint format types imports faults faults-cluster golden golden-pictures words screenshots pictures wheel lock \
  clean bench bench-verify bench-latency bench-scale bench-check bench-pages bench-rates bench-simulation

help:                   ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

demo: .venv/installed   ## check and rehearse the two example campaigns; nothing leaves this computer
	@$(BIN)/ccmail demo

demo-cluster: .venv/developing ## three workers, 20,000 people, kill -9 of one: nobody gets a mail twice; a minute, on this computer only
	@$(BIN)/python -m tools.demo_cluster

test: .venv/developing  ## set up and run all tests
	$(BIN)/pytest -n auto

quick: .venv/developing ## the tests that take seconds
	$(BIN)/pytest -n auto -m "not slow"

lint: .venv/developing  ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: .venv/developing ## ruff: repair what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: .venv/developing ## mypy, strict
	$(BIN)/mypy

imports: .venv/developing ## the layers of docs/architecture.md
	$(BIN)/lint-imports

faults: .venv/developing ## send under faults and kills, seed by seed: make faults SEEDS=20 WAY=smtp (or graph)
	$(BIN)/python -m tests.faults --seeds $(SEEDS) --way $(WAY)

faults-cluster: .venv/developing ## several workers under kills, cuts and crashes, seed by seed: make faults-cluster SEEDS=20
	$(BIN)/python -m tests.cluster --seeds $(SEEDS)

golden: .venv/developing ## write the golden files anew; read the difference before you commit it
	CCMAIL_GOLDEN=write $(BIN)/pytest -q -k golden

words: .venv/developing ## bring the catalogues of findings, errors and hints up to date: ccmail/languages/catalogues/
	$(BIN)/python tools/write_catalogues.py

golden-pictures: .venv/developing ## take the pictures of the looks anew that tests compare with; look at them before you commit
	CCMAIL_GOLDEN=write $(BIN)/pytest -q tests/browser/test_pictures_of_looks.py

screenshots: .venv/developing ## take the pictures of the preview page in docs/screenshots anew; needs Chromium
	$(BIN)/python tools/take_screenshots.py

pictures: .venv/developing ## draw the pictures of the example campaigns anew
	$(BIN)/python tools/draw_pictures.py

wheel: .venv/developing ## build the wheel into dist/
	$(BIN)/hatchling build -t wheel -d dist

# ── how fast it is: bench/README.md ──
ROUNDS ?= 5
N ?= 10000
K ?= 4
LATENCY ?= 0
PEOPLE ?= 30000
SECONDS ?= 30
BENCH = $(BIN)/python bench/bench.py $(if $(JSON),--json $(JSON))
bench bench-verify bench-latency: bench/.tools/ready
bench-scale bench-check bench-pages: .venv/installed
bench-rates bench-simulation: .venv/developing

bench:                  ## ccmail beside others; also ROUNDS=5 N=10000 K=4 LATENCY=0 JSON=file
	$(BENCH) --rounds $(ROUNDS) --n $(N) --k $(K) --latency $(LATENCY)

bench-verify:           ## the same, but what arrives is parsed
	$(BENCH) --verify --n 64 --k $(K)

bench-latency:          ## the same with a server 10 ms away
	$(BENCH) --rounds $(ROUNDS) --n 1000 --k 10 --latency 10

bench-scale:            ## rate and memory for 10,000 and 100,000 recipients
	$(BENCH) --rounds 1 --n 10000,100000 --k $(K) --only ccmail --limit 3000

bench-check:            ## ccmail check and the plan for 100,000 recipients
	$(BENCH) --check --rounds 1 --n 1000,100000

bench-pages:            ## the public pages under load, beside a sending
	$(BIN)/python bench/pages.py

bench-rates:            ## the pace that processes on one ledger keep together
	$(BIN)/python bench/rates.py

bench-simulation:       ## a long list, sent by workers for a bounded time; also PEOPLE=1000000 SECONDS=240
	$(BIN)/python bench/simulation.py --people $(PEOPLE) --seconds $(SECONDS)

bench-cluster: .venv/developing ## workers beside one process; also ROUNDS=5 N=10000 K=4 LATENCY=0
	PYTHONPATH=. $(BIN)/python bench/cluster.py --rounds $(ROUNDS) --n $(N) --k $(K) --latency $(LATENCY)

bench/.tools/ready: .venv/installed bench/set-up.sh locks/build.txt locks/bench.txt bench/package-lock.json
	@PYTHON=$(PYTHON) bench/set-up.sh

clean:                  ## remove what the other targets made
	rm -rf .venv dist bench/.tools .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# ── setting up: only what is in locks/ comes in, with the hashes that stand there (docs/decisions/0019-locks.md) ──
# uv is quicker where it is there. Debian keeps venv in a package of its own: then one sentence says which, and
# nothing is left behind.
.venv/bin/python:
	@if command -v uv >/dev/null 2>&1; then uv venv -q --python "$$(command -v $(PYTHON))" .venv; \
	else $(PYTHON) -m venv .venv || { rm -rf .venv; \
	echo "Python cannot make a virtual environment here. On Debian or Ubuntu: sudo apt install python3-venv" >&2; exit 1; }; fi

# Without build isolation nothing is built by a backend that is not locked.
INSTALL = $(if $(shell command -v uv),uv pip install --python $(BIN)/python,$(BIN)/python -m pip install) -q --no-build-isolation

.venv/installed: .venv/bin/python pyproject.toml locks/build.txt locks/run.txt
	@echo "Installing into .venv ..."
	@$(INSTALL) --require-hashes -r locks/build.txt
	@$(INSTALL) --require-hashes -r locks/run.txt
	@$(INSTALL) --no-deps -e .
	@touch $@

.venv/developing: .venv/installed locks/dev.txt
	@echo "Installing what the tests need ..."
	@$(INSTALL) --require-hashes -r locks/dev.txt
	@touch $@

# The locks are for all systems and Pythons. They name no address: a hash is enough, wherever the file comes from.
LOCK = uv pip compile -q --universal --python-version 3.11 --generate-hashes --annotation-style line \
  --custom-compile-command "make lock" $(UPGRADE)

lock:                   ## write the locks anew after a change in pyproject.toml; needs uv, npm; newer releases: UPGRADE=--upgrade
	$(LOCK) pyproject.toml --all-extras --group dev -o locks/dev.txt
	$(LOCK) pyproject.toml --all-extras -c locks/dev.txt -o locks/run.txt
	$(LOCK) --group build -c locks/dev.txt -o locks/build.txt
	$(LOCK) --group bench -o locks/bench.txt
	cd bench && npm install --package-lock-only --omit-lockfile-registry-resolved --silent --no-audit --no-fund
