#!/usr/bin/env bash
# The whole system on a sample organisation: real HR data of other people's making, and generated events over it.
# Run again, it goes on with what is there.
set -euo pipefail
# shellcheck source=deploy/bin/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=deploy/bin/postgres.sh
. "$ROOT/deploy/bin/postgres.sh"
# shellcheck source=deploy/bin/stack.sh
. "$ROOT/deploy/bin/stack.sh"

# The console's sign-in without passwords; it works on loopback only.
export ONUS_DEVELOPMENT_SIGN_IN=1
onus=$STATE/bin/onus
people=$ROOT/deploy/sample/hris/employees_adventureworks.csv
events=$STATE/demo.ndjson

# Once: the events end on the day of the first run, and stay the same afterwards.
generate_events() {
    [[ -s $events ]] && return
    "$onus" generate --over "$people" --days 270 --until "$(date -u +%F)" --seed 7 >"$events.new"
    mv "$events.new" "$events"
}

send_events() { "$onus" send "$events" >&2; }
import_people() { "$onus" import hris "$people" >&2; }

bring_up
step "events: generated over AdventureWorks' people into .onus/demo.ndjson" generate_events
# One right after the other: scoring waits for a history to come to rest before it announces anything.
step "people: AdventureWorks, from $(basename "$people")" import_people
step "sending them through ingestion" send_events
step "scoring and notices" "$onus" status --wait 300 >/dev/null ||
    die "not everything was scored within five minutes; see .onus/log/scoring.log"

"$onus" score --format table --top 10
echo
echo "Console:  http://127.0.0.1:$(port_of console)/   (sign in as anybody: development only)"
echo "Ingestion http://127.0.0.1:$(port_of ingestion)/v1/events, with the token in .onus/admin.token"
echo "Stop with: make down"
