# Meldlijn. `make help` lists the commands. Set-up talks on stderr; stdout belongs to the command itself.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

ARGS ?=
bin := .venv/bin
setup := .requirements/set-up
# Named in database addresses, or data only: used, though nobody imports them.
not_imported := aiosqlite|psycopg|tzdata|holidays
compile := $(bin)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --no-header

.PHONY: api-fuzz help messages setup setup-test demo run call bench doctor test faults check check-code lock mutation pictures speech-model clean clean-all

help: ## this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1|\2/p' Makefile | while IFS='|' read -r name what; do printf 'make %-14s %s\n' "$$name" "$$what"; done

setup: ## all that a line needs, nothing started; quick when all is there
	@$(setup) debian .requirements/debian-run.txt python run asterisk
	@$(bin)/meldlijn setup >&2

setup-test: ## the same, and what the tests need
	@$(setup) debian .requirements/debian-run.txt debian .requirements/debian-test.txt python dev asterisk

demo: setup ## seven real calls and what became of them (ARGS=--json for machines)
	@$(bin)/meldlijn demo $(ARGS)

run: setup ## a line of your own
	@$(bin)/meldlijn run $(ARGS)

call: setup ## one real call into the running line (ARGS="--from 0201234567 ...")
	@$(bin)/meldlijn call $(ARGS)

bench: setup ## measured figures (ARGS="--only NAME --json")
	@$(bin)/meldlijn bench $(ARGS)

doctor: setup ## what is right and wrong with this line, and what to do
	@$(bin)/meldlijn doctor $(ARGS)

check: ## format, lint, types, contracts, the rules of the agreement and documents in step: under a minute
	@$(setup) python dev
	@$(MAKE) check-code
	@$(bin)/python -m pytest -q -n 2 --hypothesis-profile quick tests/rules $(wildcard tests/project/test_*document*.py) tests/project/test_layout.py $(ARGS)

check-code:
	@$(bin)/ruff format --check --quiet .
	@$(bin)/ruff check --quiet .
	@$(bin)/mypy
	@$(bin)/lint-imports
	@$(bin)/deptry . --per-rule-ignores "DEP002=$(not_imported)"

test: setup-test check-code ## everything: a real Asterisk, both databases, real speech, pages in chromium
	@$(bin)/python -m pytest -n 3 --dist loadgroup --durations 10 $(ARGS)

lock: ## choose the newest allowed packages again, and pin them
	@$(compile) --upgrade .requirements/tools.in -o .requirements/tools.txt
	@$(compile) --upgrade pyproject.toml .requirements/tools.txt -o .requirements/run.txt
	@$(compile) --upgrade pyproject.toml --group dev .requirements/run.txt -o .requirements/dev.txt

messages: setup-test ## words of the pages into the catalogs of other languages; tells which wait for a translation
	@$(bin)/python -m ari_app.web.catalog

faults: setup-test ## every fault of docs/faults.md on a real Asterisk; writes the seconds to recovery into it
	@$(bin)/python -m pytest -q -n 0 --faults $(ARGS)

api-fuzz: setup-test ## 2,000 requests of every kind at the API, each answer held to its document
	@MELDLIJN_API_CASES=$${MELDLIJN_API_CASES:-2000} $(bin)/python -m pytest -q -n 0 tests/web/test_api_fuzz.py $(ARGS)

mutation: setup-test ## which changes of the agreement's code no test notices: ten minutes, see docs/mutation.md
	@$(bin)/uv pip install --quiet mutmut==3.8.1
	@$(bin)/mutmut run $(ARGS)
	@$(bin)/mutmut results

pictures: setup-test ## the pictures of the README, made by the test that walks its path
	@mkdir -p docs/pictures
	@MELDLIJN_PICTURES=docs/pictures $(bin)/python -m pytest -q -n 0 tests/web/test_strangers_path.py $(ARGS)

speech-model: ## a speech model like the shipped one, made again beside it (ARGS="--texts FILE --minutes 30")
	@$(setup) debian .requirements/debian-run.txt
	@tests/speech_model/recipe/run.sh $(ARGS)

clean: ## away with what was made in this folder
	@if [[ -x .venv/bin/python ]]; then for home in .meldlijn .meldlijn/*/; do \
		[[ -d $$home/asterisk ]] && python3 -m ari_app.asterisk stop --home $$home/asterisk || true; done; fi
	@rm -rf .venv .meldlijn .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage .artefacts mutants build *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

clean-all: clean ## the same, and the Asterisk that set-up fetched
	@rm -rf "$${XDG_CACHE_HOME:-$$HOME/.cache}/meldlijn"
