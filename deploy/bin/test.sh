#!/usr/bin/env bash
# Builds and runs every test against a real PostgreSQL: the one that ONUS_TEST_DATABASE_URL names (a superuser's URL), or
# one that is started for this run alone.
set -euo pipefail
# shellcheck source=deploy/bin/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=deploy/bin/postgres.sh
. "$ROOT/deploy/bin/postgres.sh"

make_state
"$ROOT/deploy/bin/install.sh" build test
cd "$ROOT"
step "building with tests (debug)" swift build --build-tests

# All of them take some minutes; a developer who has chosen some won't wait.
[[ $# -gt 0 ]] || away_from_midnight 10

if [[ -z ${ONUS_TEST_DATABASE_URL:-} ]]; then
    # No test outlives a crash of the machine; those that stop PostgreSQL's processes lose nothing without fsync.
    step "a PostgreSQL for the tests" throw_away_cluster fsync=off full_page_writes=off
    export ONUS_TEST_DATABASE_URL=$THROW_AWAY_URL
fi

# No package tests with XCTest: its runner would only report that it ran nothing. Without a limit all tests begin at
# once, hundreds of databases are made together, and time-outs of the services under test run out.
width=$(($(nproc) * 2))
log=$STATE/log/test.log
status=0
swift test --skip-build --disable-xctest --experimental-maximum-parallelization-width "$width" "$@" 2>&1 | tee "$log" || status=$?

# "Test run with 512 tests in 40 suites passed after 12.3 seconds."
result=$(grep -aE 'Test run with [0-9]+ tests?' "$log" | tail -n 1 || true)
count=$(sed -n 's/.*Test run with \([0-9]*\) test.*/\1/p' <<<"$result")
if [[ $status != 0 ]]; then
    # What failed comes last, where a log that is cut short still has it.
    grep -aE -A 6 'recorded an issue|Caught error|Time limit was exceeded' "$log" | tail -n 120 >&2 || true
    die "tests failed: ${result:-the run ended before its result}"
fi
[[ ${count:-0} -gt 0 ]] || die "no test ran"
"$ROOT/deploy/bin/schema.sh" check
echo "$count tests ran, all passed"
echo "$result"
