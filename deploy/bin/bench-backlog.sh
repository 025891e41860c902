#!/usr/bin/env bash
# Measures a log with ten million events behind it beside an empty one: a private cluster (fsync on), a database each,
# appending over HTTP and draining in seven rounds, in turn. Loading takes some minutes and 35 GiB of disk in /tmp.
# BENCH_EVENTS: how many events behind. Fails where the full log is slower by more than a tenth.
# The figures go to .onus/bench, too, with ONUS_BENCH_SAVE to docs/bench.
set -euo pipefail
# shellcheck source=deploy/bin/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=deploy/bin/postgres.sh
. "$ROOT/deploy/bin/postgres.sh"

free=$(df --output=avail -B 1G /tmp | tail -n 1 | tr -d ' ')
[[ $free -ge 35 ]] || die "ten million events need 35 GiB of free disk in /tmp, there are $free"
make_state
"$ROOT/deploy/bin/install.sh" build bench
[[ -n ${ONUS_BENCH_BUILT:-} ]] || step "building ($BUILD)" "$ROOT/deploy/bin/build.sh"
BENCH_DRIVER=$(cd "$ROOT" && swift build -c "$BUILD" --show-bin-path)/Bench
"$ROOT/deploy/bin/venv.sh" bench 'psycopg[binary]==3.2.10'
mkdir -p "$STATE/bench"
onus=$STATE/bin/onus
bench() { "$STATE/venv/bench/bin/python" -B "$ROOT/deploy/bench/backlog.py" "$@"; }

# No checkpoint but those that are asked for: one that falls into a round of either halves its speed, and tells nothing of what lies behind.
throw_away_cluster shared_buffers=2GB max_wal_size=32GB checkpoint_timeout=1h
server=${THROW_AWAY_URL%/*}
sites=()
for site in empty full; do
    THROW_AWAY_URL=$server/log_$site
    "$(find_postgres)/psql" "$server/postgres" -qc "CREATE DATABASE log_$site"
    export ONUS_DATABASE_URL=$THROW_AWAY_URL
    "$onus" migrate >&2
    token=$("$onus" token create --name bench --role admin)
    scoring=$("$onus" service-role create scoring)
    throw_away_service ingestion "$STATE/bin" "$STATE/log/bench-ingestion-$site.log"
    sites+=("\"$site\": {\"owner\": \"$THROW_AWAY_URL\", \"scoring\": \"$scoring\", \"base\": \"$SERVICE_URL\", \"token\": \"$token\"}")
done
BENCH_SITES="{${sites[0]}, ${sites[1]}}"
BENCH_DIR=$(mktemp -d "$STATE/run/bench.XXXXXX")
BENCH_OUT=$STATE/bench
[[ -z ${ONUS_BENCH_SAVE:-} ]] || BENCH_OUT=$ROOT/docs/bench
trap 'rm -rf "$BENCH_DIR"; remove_throw_away' EXIT
export BENCH_SITES BENCH_DIR BENCH_OUT BENCH_DRIVER
step "loading ${BENCH_EVENTS:-10000000} events" bench load
bench run
