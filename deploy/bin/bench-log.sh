#!/usr/bin/env bash
# Measures the event log beside PostgreSQL itself and other people's queues: one private cluster (fsync on), rounds in
# which each is measured in turn, a table of figures and ratios. pgmq takes part where PGMQ_SQL names its SQL file.
# The figures and a plot go to .onus/bench; with ONUS_BENCH_SAVE=1 to docs/bench, which is in the repository.
# BENCH_ROUNDS, BENCH_SECONDS, BENCH_ONLY: see deploy/bench/log/run.py.
set -euo pipefail
# shellcheck source=deploy/bin/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=deploy/bin/postgres.sh
. "$ROOT/deploy/bin/postgres.sh"

make_state
"$ROOT/deploy/bin/install.sh" build bench
[[ -n ${ONUS_BENCH_BUILT:-} ]] || step "building ($BUILD)" "$ROOT/deploy/bin/build.sh"
BENCH_DRIVER=$(cd "$ROOT" && swift build -c "$BUILD" --show-bin-path)/Bench

# oban-py needs Python 3.12; where there is none it is absent from the bench.
python=$(newest_python 3.12 || echo python3)
packages=('psycopg[binary]==3.3.9' psycopg-pool==3.3.3 asyncpg==0.32.0 uvloop==0.23.0 hdrhistogram==0.10.8
    pgqueuer==1.6.0 procrastinate==3.10.0)
[[ $python == python3 ]] || packages+=(oban==0.7.0)
ONUS_VENV_PYTHON=$python "$ROOT/deploy/bin/venv.sh" bench-log "${packages[@]}"

throw_away_cluster shared_buffers=2GB max_wal_size=8GB
onus=$STATE/bin/onus
"$(find_postgres)/psql" "$THROW_AWAY_URL" -qc 'CREATE DATABASE onus'
THROW_AWAY_URL=${THROW_AWAY_URL%/*}/onus
export ONUS_DATABASE_URL=$THROW_AWAY_URL
"$onus" migrate >&2
ONUS_TOKEN=$("$onus" token create --name bench --role admin)
BENCH_INGESTION_URL=$("$onus" service-role create ingestion)
BENCH_SCORING_URL=$("$onus" service-role create scoring)
throw_away_service ingestion "$STATE/bin" "$STATE/log/bench-ingestion.log"

PG_BIN=$(find_postgres)
BENCH_DIR=$(mktemp -d "$STATE/run/bench.XXXXXX")
BENCH_OUT=$STATE/bench
[[ -z ${ONUS_BENCH_SAVE:-} ]] || BENCH_OUT=$ROOT/docs/bench
mkdir -p "$BENCH_OUT"
trap 'rm -rf "$BENCH_DIR"; remove_throw_away' EXIT
location=${THROW_AWAY_URL#postgresql://onus:}
export PGUSER=onus PGHOST=127.0.0.1 PGPASSWORD=${location%%@*} PGPORT
PGPORT=$(sed 's/.*:\([0-9]*\)\/.*/\1/' <<<"$location")
export ONUS_TOKEN ONUS_BASE=$SERVICE_URL PG_BIN BENCH_DIR BENCH_OUT BENCH_DRIVER BENCH_INGESTION_URL BENCH_SCORING_URL
"$STATE/venv/bench-log/bin/python" -B "$ROOT/deploy/bench/log/run.py"
say "wrote $BENCH_OUT/log.json and log.svg"
