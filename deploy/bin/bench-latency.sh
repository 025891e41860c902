#!/usr/bin/env bash
# Measures how long a score takes after the answer to the POST that changes it: a private stack (release build, fsync on)
# on free ports, AdventureWorks' people, single events one by one. ONUS_BENCH_EVENTS: how many (default 200).
# Each event's times go to .onus/bench/latency.json, with ONUS_BENCH_SAVE to docs/bench.
set -euo pipefail
# shellcheck source=deploy/bin/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=deploy/bin/postgres.sh
. "$ROOT/deploy/bin/postgres.sh"

make_state
"$ROOT/deploy/bin/install.sh" build python
step "building ($BUILD)" "$ROOT/deploy/bin/build.sh"
"$ROOT/deploy/bin/venv.sh" bench 'psycopg[binary]==3.2.10'
onus=$STATE/bin/onus

throw_away_cluster track_commit_timestamp=on
export ONUS_DATABASE_URL=$THROW_AWAY_URL
"$onus" migrate >&2
ONUS_TOKEN=$("$onus" token create --name bench --role admin)
export ONUS_TOKEN
for service in ingestion scoring; do
    throw_away_service "$service" "$STATE/bin" "$STATE/log/bench-$service.log"
    [[ $service != ingestion ]] || export ONUS_BASE=$SERVICE_URL
done
"$onus" import hris "$ROOT/deploy/sample/hris/employees_adventureworks.csv" --url "$ONUS_BASE" >&2
"$onus" status --wait 120 >&2
BENCH_OUT=$STATE/bench
[[ -z ${ONUS_BENCH_SAVE:-} ]] || BENCH_OUT=$ROOT/docs/bench
mkdir -p "$BENCH_OUT"
export BENCH_OUT
"$STATE/venv/bench/bin/python" "$ROOT/deploy/bench/latency.py" "${ONUS_BENCH_EVENTS:-200}"
