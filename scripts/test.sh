#!/usr/bin/env bash
# Every test, in two halves beside each other: calls go on in real time and mostly wait, the rest computes.
#   scripts/test.sh [PYTEST'S ARGUMENTS]
# What fails is tried once more, for calls, browsers and killed processes share two cores here, and what is
# wrong fails twice; the report's end shows each first failure, so that none is forgotten. pytest by hand
# fails at once.
set -uo pipefail
cd "$(dirname "$0")/.."
log=$(mktemp)
trap 'kill "$calls" 2>/dev/null; rm -f "$log"' EXIT

# One process for all that needs the one Asterisk.
.venv/bin/pytest --reruns 1 "$@" -p no:cacheprovider tests/asterisk tests/e2e/test_calls_*.py >"$log" 2>&1 &
calls=$!
.venv/bin/pytest --reruns 1 "$@" --ignore=tests/asterisk --ignore-glob='tests/e2e/test_calls_*.py' tests
rest=$?
printf '\033[1m==>\033[0m The tests of calls\n'
wait "$calls"
phone=$?
cat "$log"
# 5: nothing was to be run, such as with -k or -m for the other half.
[ "$rest" = 5 ] && rest=0
[ "$phone" = 5 ] && phone=0
exit $((rest > phone ? rest : phone))
