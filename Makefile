# Guatu 挂图. Needs make and Python 3.11 or newer; everything else is put into .venv.
# `make` alone lists the targets.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help install demo serve test test-all bench lint clean lock \
        venv dev translations assets browser

BIN  := .venv/bin
MADE := .venv/.made
PIP  := $(BIN)/python -m pip --disable-pip-version-check install -qq --require-hashes --no-deps
PO   := $(wildcard guatu/site/locale/*/LC_MESSAGES/*.po)
# The tests use the browser which `make browser` found.
# One more than there are processors: some tests wait for programs and browsers of their own.
TESTERS ?= $(shell expr $$(nproc) + 1)
PYTEST := GUATU_CHROMIUM="$$(cat $(MADE)/chromium)" $(BIN)/pytest -q -n $(TESTERS) --dist worksteal --durations 20

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

install: venv $(MADE)/base $(MADE)/guatu assets translations ## everything needed to run Guatu, into .venv

demo: install ## a filled demonstration zone, served on this machine
	@$(BIN)/guatu demo

serve: install ## serve Guatu with the data it has
	@$(BIN)/guatu serve

test: install dev browser lint ## lint, then the tests which take little time
	@GUATU_TEST_DB=postgresql $(PYTEST) -m "both and not slow and not thirdparty"
	@$(PYTEST) -m "not slow and not thirdparty"

test-all: install dev browser lint ## lint, then every test
	@GUATU_TEST_DB=postgresql $(PYTEST) -m both
	@$(PYTEST)

bench: install dev ## the benchmarks
	@$(BIN)/python -m benchmarks
	@$(BIN)/python -m benchmarks.chains

lint: venv dev ## ruff and the import contracts
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports --no-logo

clean: ## remove everything that make has made (not var/)
	rm -rf .venv node_modules tools/browser/node_modules guatu/site/static/vendor build dist *.egg-info
	rm -rf .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find guatu tools tests benchmarks \( -name __pycache__ -o -name '*.mo' \) -prune -exec rm -rf {} + 2>/dev/null || true

# --- the steps -------------------------------------------------------------------------------------

# Makes .venv; makes it anew when its Python is gone or too old, or when the folder was moved or copied.
venv:
	@if [ -d .venv ]; then \
	    if ! $(BIN)/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	        echo "The .venv here does not work: making it anew."; rm -rf .venv; \
	    elif ! head -n 2 $(BIN)/pip 2>/dev/null | grep -qF "$(CURDIR)/.venv/bin/"; then \
	        echo "The .venv here was made in another folder: making it anew."; rm -rf .venv; \
	    fi; \
	fi; \
	found=; if [ ! -d .venv ]; then \
	    for python in $(PYTHON) python3.11 python3 python3.13 python3.12; do \
	        if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	            found=$$python; break; \
	        fi; \
	    done; \
	    if [ -z "$$found" ]; then \
	        echo "Guatu needs Python 3.11 or newer, and neither python3.11 nor python3 here is that." >&2; exit 1; \
	    fi; \
	    if ! $$found -m venv .venv; then \
	        rm -rf .venv; \
	        echo "$$found could not make a virtual environment (on Debian the package python3-venv is needed)." >&2; \
	        exit 1; \
	    fi; \
	fi; \
	mkdir -p $(MADE)

$(MADE)/base: requirements/base.txt | venv
	$(PIP) -r requirements/base.txt
	@touch $@

$(MADE)/dev: requirements/dev.txt $(MADE)/base | venv
	$(PIP) -r requirements/dev.txt
	@touch $@

$(MADE)/guatu: pyproject.toml requirements/base.in $(MADE)/base | venv
	$(BIN)/python -m pip --disable-pip-version-check install -qq --no-deps --no-build-isolation --editable .
	@touch $@

dev: venv $(MADE)/dev

assets: $(MADE)/base
	@$(BIN)/python tools/assets.py

translations: $(MADE)/base
	@todo=; for po in $(PO); do [ "$${po%.po}.mo" -nt "$$po" ] || todo=yes; done; \
	if [ -n "$$todo" ]; then $(BIN)/pybabel compile -D django -d guatu/site/locale --statistics; fi

browser: $(MADE)/dev
	@$(BIN)/python tools/browser.py > $(MADE)/chromium.new
	@mv $(MADE)/chromium.new $(MADE)/chromium

# For maintainers: needs uv and npm. Writes no index address and no path.
LOCK = env -u PIP_FIND_LINKS -u UV_FIND_LINKS UV_PYTHON_DOWNLOADS=never \
       uv pip compile --quiet --universal --python-version 3.11 --generate-hashes $(UPGRADE) \
       --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock'

lock: ## compile the requirement files anew (make lock UPGRADE=--upgrade for newer versions)
	$(LOCK) requirements/base.in requirements/build.in -o requirements/base.txt
	$(LOCK) requirements/dev.in -o requirements/dev.txt
	$(LOCK) requirements/node.in -o requirements/node.txt
	npm install --package-lock-only
	cd tools/browser && npm install --package-lock-only
