#!/usr/bin/env bash
# Kills ingestion, scoring, notification and PostgreSQL at random under load, and checks that no acknowledged event is
# lost, no effect doubled, and every notice delivered under one id: a private cluster (fsync on), two organisations, two
# scoring processes. ROUNDS: how many kills (default 30, about two minutes); SEED: of the choices (default by chance; threads
# race all the same). ONUS_CHAOS_RECORD=1 adds a line to docs/studies/chaos.csv.
set -euo pipefail
# shellcheck source=deploy/bin/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=deploy/bin/postgres.sh
. "$ROOT/deploy/bin/postgres.sh"

rounds=${ROUNDS:-30} seed=${SEED:-$(random_hex 4)} tally=$ROOT/docs/studies/chaos.csv
[[ $rounds =~ ^[1-9][0-9]*$ ]] || die "ROUNDS: expected a number from 1, got '$rounds'"
make_state
"$ROOT/deploy/bin/install.sh" build python
step "building ($BUILD)" "$ROOT/deploy/bin/build.sh"
"$ROOT/deploy/bin/venv.sh" bench 'psycopg[binary]==3.2.10'
onus=$STATE/bin/onus

# Only commits flush: what was acknowledged without being flushed shows.
settings=(max_connections=100 wal_writer_delay=10000 wal_keep_size=1GB restart_after_crash=on)
throw_away_cluster "${settings[@]}"
export ONUS_DATABASE_URL=$THROW_AWAY_URL
"$onus" migrate >&2
"$onus" organization create second >&2
ONUS_CHAOS_TOKENS="$("$onus" token create --name chaos --role admin) $("$onus" token create --name chaos --role admin \
    --organization second)"
ONUS_CHAOS_INGESTION_URL=$("$onus" service-role create ingestion)
ONUS_CHAOS_SCORING_URL=$("$onus" service-role create scoring)
ONUS_CHAOS_NOTIFICATION_URL=$("$onus" service-role create notification)
psql=$(find_postgres)/psql
"$psql" -X -q -v ON_ERROR_STOP=1 "$THROW_AWAY_URL" -c 'CREATE EXTENSION pg_walinspect' ||
    die "pg_walinspect is missing: it comes with PostgreSQL's contrib modules"
events=$STATE/run/chaos.ndjson
"$onus" generate --people 300 --days 365 --until "$(date -u +%F)" --seed "$((16#$(sha256sum <<<"$seed" | cut -c 1-6)))" >"$events"
options="-p $(as_postgres cat "$THROW_AWAY/port")"
for setting in "${settings[@]}"; do options+=" -c $setting"; done
export ONUS_CHAOS_TOKENS ONUS_CHAOS_INGESTION_URL ONUS_CHAOS_SCORING_URL ONUS_CHAOS_NOTIFICATION_URL ONUS_CHAOS_EVENTS=$events
export ONUS_CHAOS_CLUSTER=$THROW_AWAY ONUS_CHAOS_OPTIONS=$options ONUS_CHAOS_BIN=$STATE/bin ONUS_CHAOS_LOG=$STATE/log
ONUS_CHAOS_PG_CTL=$(find_postgres)/pg_ctl
ONUS_CHAOS_PORTS="$(free_port) $(free_port) $(free_port) $(free_port)"
export ONUS_CHAOS_PG_CTL ONUS_CHAOS_PORTS
rm -f "$STATE"/log/chaos-*.log

# Of the tree as it is now, of which the executables are.
revision=$(git -C "$ROOT" rev-parse --short=12 HEAD)
git -C "$ROOT" diff --quiet HEAD -- Shared Services || revision+=+
# Small, so that tiers of identities are closed all the time.
export ONUS_INGESTION_TIER=1000
say "chaos: $rounds rounds, seed $seed"
status=0
totals=$("$STATE/venv/bench/bin/python" "$ROOT/deploy/chaos/chaos.py" "$rounds" "$seed") || status=$?
[[ -n $totals ]] || die "chaos: the driver ended without totals"
if [[ ${ONUS_CHAOS_RECORD:-} == 1 ]]; then
    echo "$(date -u +%F),$revision,$BUILD,$seed,$totals" >>"$tally"
fi
awk -F, 'NR > 1 { rounds += $5; lost += $16; doubled += $17; acknowledged += $11 }
    END { printf "chaos: the tally: %d rounds, %d events acknowledged, %d lost, %d doubled\n", rounds, acknowledged, lost, doubled }' \
    "$tally" 
[[ $status == 0 ]] || die "chaos: faults were found (seed $seed); the logs are in $STATE/log"
IFS=, read -r -a total <<<"$totals"
say "chaos: ${total[0]} rounds, ${total[6]} events acknowledged, ${total[11]} lost, ${total[12]} doubled"
