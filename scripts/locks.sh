#!/usr/bin/env bash
# Writes the lock files: every package with its hashes, no registry's address.
set -euo pipefail
cd "$(dirname "$0")/.."
compile() {
    .venv-uv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links "$@"
}
compile --extra build --extra tracing pyproject.toml -o requirements/gateway.lock
compile --extra build --extra tracing --extra training --extra whisper --extra dev pyproject.toml -o requirements/dev.lock
compile --override requirements/rasa-overrides.txt requirements/rasa.in -o requirements/rasa.lock
