# The commands of Lockkeeper. `make` alone explains them; the steps are in scripts/.

PYTHON ?= python3
export PYTHON

.DEFAULT_GOAL := help
.PHONY: help run demo test test-quick test-long check screenshots mutate sbom client

help:
	@echo "make run         start Lockkeeper: web, worker, timetable and queue, until Ctrl-C"
	@echo "make demo        look around: a throw-away Lockkeeper with made-up credentials, until Ctrl-C"
	@echo "make test        install what the tests need, and run them"
	@echo "make test-long   the same with the long suites"
	@echo "make test-quick  the tests of what changed against main, on SQLite, within two minutes"
	@echo "make check       lint, format, types, import contracts, migrations, deployment, compose file"
	@echo "make screenshots  the pictures of README.md, light and dark, from the data of the demo"
	@echo "make client      dist/: the credential helper and its other names, with their digest"
	@echo "make sbom        sbom.json: the list of installed packages, as CycloneDX"
	@echo "make mutate MODULE=common/crypto.py  change its code in small ways: do the tests notice?"
	@echo
	@echo "Another Python (3.11 or newer): make run PYTHON=python3.12"

run:
	@scripts/packages requirements.txt && exec .venv/bin/python manage.py up

demo:
	@scripts/packages requirements.txt && exec scripts/demo

test:
	@scripts/test

test-quick:
	@scripts/packages requirements-test.txt && exec .venv/bin/python scripts/quick_tests.py

test-long:
	@scripts/test --long

check:
	@scripts/packages requirements-test.txt && scripts/check

screenshots:
	@scripts/packages requirements-test.txt && exec .venv/bin/python scripts/screenshots.py

client:
	@scripts/client

sbom:
	@scripts/packages requirements-test.txt && scripts/sbom

mutate:
	@scripts/packages requirements-test.txt && exec nice -n 15 .venv/bin/python scripts/mutate.py "$(MODULE)"
