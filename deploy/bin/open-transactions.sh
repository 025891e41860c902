#!/usr/bin/env bash
# Lets events flow for ten minutes beside a foreign transaction that stays open, and a foreign writer that doesn't commit:
# a private cluster (fsync on), ingestion, scoring, AdventureWorks' people. The log must have no dead tuples, its positions
# stay under 100 pages, and nobody's events but the writer's own may wait. SECONDS_OPEN (600) and RATE (events a second, 50)
# change it; ONUS_OPEN_RECORD=1 adds a line to docs/studies/open-transactions.csv.
set -euo pipefail
# shellcheck source=deploy/bin/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=deploy/bin/postgres.sh
. "$ROOT/deploy/bin/postgres.sh"

seconds=${SECONDS_OPEN:-600} rate=${RATE:-50} tally=$ROOT/docs/studies/open-transactions.csv
make_state
"$ROOT/deploy/bin/install.sh" build python
[[ -n ${ONUS_BENCH_BUILT:-} ]] || step "building ($BUILD)" "$ROOT/deploy/bin/build.sh"
"$ROOT/deploy/bin/venv.sh" bench 'psycopg[binary]==3.2.10'
onus=$STATE/bin/onus

throw_away_cluster shared_buffers=512MB
export ONUS_DATABASE_URL=$THROW_AWAY_URL
"$onus" migrate >&2
ONUS_TOKEN=$("$onus" token create --name study --role admin)
export ONUS_TOKEN
# Small, so that tiers of identities come to their end beside the writer that has one of them.
export ONUS_INGESTION_TIER=5000
for service in ingestion scoring; do
    throw_away_service "$service" "$STATE/bin" "$STATE/log/open-$service.log"
    [[ $service != ingestion ]] || export ONUS_BASE=$SERVICE_URL
done
"$onus" import hris "$ROOT/deploy/sample/hris/employees_adventureworks.csv" --url "$ONUS_BASE" >&2
"$onus" status --wait 120 >&2
# What runs is what is here now, whatever is edited meanwhile.
revision=$(git -C "$ROOT" rev-parse --short=12 HEAD)
git -C "$ROOT" diff --quiet HEAD -- Shared Services || revision+=+
say "open transactions: $seconds s, $rate events a second"
status=0
figures=$("$STATE/venv/bench/bin/python" -B "$ROOT/deploy/bench/open_transactions.py" "$seconds" "$rate") || status=$?
[[ -n $figures ]] || die "open transactions: the driver ended without figures"
if [[ ${ONUS_OPEN_RECORD:-} == 1 ]]; then
    echo "$(date -u +%F),$revision,$BUILD,$figures" >>"$tally"
fi
exit "$status"
