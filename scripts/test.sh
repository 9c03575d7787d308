#!/usr/bin/env bash
# Every test, in two halves beside each other: calls go on in real time and mostly wait, the rest computes.
#   scripts/test.sh [PYTEST'S ARGUMENTS]
set -uo pipefail
cd "$(dirname "$0")/.."
log=$(mktemp)
trap 'kill "$calls" 2>/dev/null; rm -f "$log"' EXIT

# One process for all that needs the one Asterisk.
.venv/bin/pytest "$@" -p no:cacheprovider tests/asterisk tests/e2e/test_calls_*.py >"$log" 2>&1 &
calls=$!
.venv/bin/pytest "$@" --ignore=tests/asterisk --ignore-glob='tests/e2e/test_calls_*.py' tests
rest=$?
printf '\033[1m==>\033[0m The tests of calls\n'
wait "$calls"
phone=$?
cat "$log"
# 5: nothing was to be run, such as with -k or -m for the other half.
[ "$rest" = 5 ] && rest=0
[ "$phone" = 5 ] && phone=0
exit $((rest > phone ? rest : phone))
