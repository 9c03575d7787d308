# make run and make test work on a fresh Debian 12 or Ubuntu 24.04 with Python 3.11 or 3.12, git and make.
# PYTHON=python3.12 chooses the interpreter, CHROMIUM=/path the browser of the tests.
SHELL := bash
.DEFAULT_GOAL := help
.PHONY: help run test check fast soak quality bench pages locks clean

help: ## what there is to make
	@grep -E '^[a-z-]+:.*##' Makefile | sed 's/:.*##/\t/' | expand -t 14

run: ## set everything up, train what is missing, start the demo on http://127.0.0.1:8080
	@scripts/setup.sh run
	@exec .venv/bin/centrala serve

test: ## set everything up and run every check and test
	@scripts/setup.sh test
	@$(MAKE) --no-print-directory check
	@.venv/bin/centrala model train
	@scripts/test.sh $(PYTEST)

check: ## style, types, import directions
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

fast: ## the tests without browser, Rasa, PostgreSQL, Asterisk and soak
	.venv/bin/pytest -m 'not browser and not rasa and not postgres and not soak and not asterisk' $(PYTEST)

soak: ## the long fault runs, 2,000 cuts, kills, flushes; and all calls, through a real Asterisk too
	CENTRALA_SOAK=full .venv/bin/pytest -m soak $(PYTEST)
	CENTRALA_SOAK=full .venv/bin/pytest tests/asterisk tests/e2e/test_calls_*.py $(PYTEST)

quality: ## what the bot understands, measured on sentences and voices that nobody trained on
	.venv-rasa/bin/python -m nlu.evaluate
	.venv/bin/python -m bench.knowledge quality
	.venv/bin/python -m voice.training.accuracy

bench: ## speed against Rasa's own server, memory of idle sockets, and how fast calls are
	.venv/bin/python -m bench.chat
	.venv/bin/python -m bench.parse
	.venv/bin/python -m bench.knowledge speed
	.venv/bin/python -m bench.voice

pages: ## build widget and desk from their sources
	@scripts/setup.sh test
	scripts/node.sh npm run build

locks: ## write the lock files anew from pyproject.toml and requirements/*.in
	@scripts/setup.sh run
	scripts/locks.sh

clean: ## remove environments and data
	rm -rf .venv .venv-rasa .venv-uv var
