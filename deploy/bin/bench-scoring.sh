#!/usr/bin/env bash
# Measures scoring in organisations with a year of events, about 40 a person: facts loaded by COPY, everybody scored anew by
# `onus score`, its peak memory, scoring's first turn, how these grow with the size; then single events into the
# organisation of 100,000; and a year of 5,000 people drained from the log by one scoring process. One private cluster
# (fsync on), a database a size. Fails where loading or scoring a tenfold size takes twelve times as long, or as much memory.
#
# SIZE=million adds 1,000,000 people: 40 GiB of disk. ONUS_BENCH_EVENTS: how many of each common kind of event (default
# 1000; 0 leaves them out). ONUS_BENCH_SIZES: other sizes, or none. ONUS_BENCH_DRAIN: how many people's year is drained
# (default 5000; 0: none). The figures go to .onus/bench/scoring.jsonl, too, with
# ONUS_BENCH_SAVE to docs/bench.
set -euo pipefail
# shellcheck source=deploy/bin/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=deploy/bin/postgres.sh
. "$ROOT/deploy/bin/postgres.sh"

read -ra sizes <<<"${ONUS_BENCH_SIZES-10000 100000}"
case ${SIZE:-} in
'') ;;
million)
    sizes+=(1000000)
    # Throw-away clusters lie in /tmp.
    free=$(df --output=avail -B 1G /tmp | tail -n 1 | tr -d ' ')
    [[ $free -ge 40 ]] || die "a million people need 40 GiB of free disk in /tmp, there are $free"
    ;;
*) die "SIZE: expected million or nothing, got '$SIZE'" ;;
esac

make_state
"$ROOT/deploy/bin/install.sh" build python
[[ -n ${ONUS_BENCH_BUILT:-} ]] || step "building ($BUILD)" "$ROOT/deploy/bin/build.sh"
"$ROOT/deploy/bin/venv.sh" bench 'psycopg[binary]==3.2.10'
mkdir -p "$STATE/bench"
onus=$STATE/bin/onus
bench() { "$STATE/venv/bench/bin/python" -B "$ROOT/deploy/bench/$1.py" "${@:2}"; }

# Without replicas, COPY into a table that was made in the same transaction goes past the write-ahead log.
throw_away_cluster wal_level=minimal max_wal_senders=0
server=${THROW_AWAY_URL%/*}
UNTIL=$(date -u +%F)
BENCH_OUT=$STATE/bench/scoring.jsonl
[[ -z ${ONUS_BENCH_SAVE:-} ]] || BENCH_OUT=$ROOT/docs/bench/scoring.jsonl
export UNTIL BENCH_OUT ONUS=$onus
: >"$BENCH_OUT"

for people in "${sizes[@]}"; do
    THROW_AWAY_URL=$server/onus_$people
    "$(find_postgres)/psql" "$server/postgres" -qc "CREATE DATABASE onus_$people"
    export ONUS_DATABASE_URL=$THROW_AWAY_URL PEOPLE=$people
    "$onus" migrate >&2
    step "$people people: loading" bench scoring load
    step "$people people: scoring all" bench scoring score
    throw_away_service scoring "$STATE/bin" "$STATE/log/bench-scoring.log"
    export ONUS_SCORING=$SERVICE_URL
    step "$people people: the first turn" bench scoring turn
    if [[ $people == 100000 && ${ONUS_BENCH_EVENTS:-1000} != 0 ]]; then
        ONUS_TOKEN=$("$onus" token create --name bench --role admin)
        throw_away_service ingestion "$STATE/bin" "$STATE/log/bench-ingestion.log"
        export ONUS_TOKEN ONUS_BASE=$SERVICE_URL
        step "$people people: single events" bench rescore "${ONUS_BENCH_EVENTS:-1000}" >&2
    fi
    stop_throw_away_services
    "$(find_postgres)/psql" "$server/postgres" -qc "DROP DATABASE onus_$people WITH (FORCE)"
done

people=${ONUS_BENCH_DRAIN:-5000}
if [[ $people != 0 ]]; then
    THROW_AWAY_URL=$server/onus_drain
    "$(find_postgres)/psql" "$server/postgres" -qc "CREATE DATABASE onus_drain"
    export ONUS_DATABASE_URL=$THROW_AWAY_URL PEOPLE=$people
    "$onus" migrate >&2
    ONUS_TOKEN=$("$onus" token create --name bench --role admin)
    throw_away_service ingestion "$STATE/bin" "$STATE/log/bench-ingestion.log"
    EVENTS=$(mktemp "$STATE/run/drain.XXXXXX") SCORING_URL=$("$onus" service-role create scoring) SCORING_PORT=$(free_port)
    trap 'rm -f "$EVENTS"; remove_throw_away' EXIT
    "$onus" generate --people "$people" --days 365 --until "$UNTIL" --seed 1 >"$EVENTS"
    SCORING_LOG=$STATE/log/bench-scoring-drain.log
    export EVENTS SCORING_URL SCORING_PORT SCORING_LOG ONUS_TOKEN ONUS_BASE=$SERVICE_URL SCORING_BINARY=$STATE/bin/onus-scoring
    step "$people people: a year drained" bench scoring drain
    stop_throw_away_services
fi
bench scoring table
