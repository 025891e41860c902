#!/usr/bin/env bash
# Runs the checks of Tests/Peers against services on free ports and a PostgreSQL that live only as long as this script.
set -euo pipefail
# shellcheck source=deploy/bin/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=deploy/bin/postgres.sh
. "$ROOT/deploy/bin/postgres.sh"

make_state
"$ROOT/deploy/bin/install.sh" build peers
cd "$ROOT"
step "building (debug)" swift build >&2
bin=$(swift build --show-bin-path)
mapfile -t requirements <Tests/Peers/requirements.txt
"$ROOT/deploy/bin/venv.sh" peers "${requirements[@]}"
tools=$STATE/venv/peers/bin

pids=()
clean_up() {
    if [[ ${#pids[@]} -gt 0 ]]; then
        kill -TERM "${pids[@]}" 2>/dev/null || true
        wait "${pids[@]}" 2>/dev/null || true
    fi
    remove_throw_away
}
trap clean_up EXIT
trap 'exit 130' INT TERM HUP
step "a PostgreSQL for the checks" throw_away_cluster fsync=off full_page_writes=off
owner=$THROW_AWAY_URL
"$bin/onus" migrate --database-url "$owner"

metrics=()
base=
console=
# The console's check signs in as people of the sample organisation.
export ONUS_DEVELOPMENT_SIGN_IN=1
for service in "${SERVICES[@]}"; do
    url=$("$bin/onus" service-role create "$service" --database-url "$owner")
    port=$(free_port)
    log=$STATE/log/peers-$service.log
    ONUS_DATABASE_URL=$url ONUS_PORT=$port "$bin/onus-$service" </dev/null >"$log" 2>&1 &
    pids+=($!)
    for _ in $(seq 300); do
        [[ $(http_status "$port" /readyz) != 200 ]] || break
        kill -0 "${pids[-1]}" 2>/dev/null || break
        sleep 0.1
    done
    [[ $(http_status "$port" /readyz) == 200 ]] || die "$service does not get ready: $(tail -n 5 "$log")"
    metrics+=("http://127.0.0.1:$port/metrics")
    case $service in
    ingestion) base=http://127.0.0.1:$port ;;
    console) console=http://127.0.0.1:$port ;;
    esac
done
token=$("$bin/onus" token create --name peers --role admin --database-url "$owner")
export ONUS_BASE=$base ONUS_TOKEN=$token ONUS_METRICS="${metrics[*]}" ONUS_PYTHON=$tools/python ONUS_TOOLS=$tools

# Nine months of the sample organisation, for the console to show.
people=deploy/sample/hris/employees_adventureworks.csv
onus() { "$bin/onus" "$@" --database-url "$owner"; }
onus import hris "$people" --url "$base" --token "$token" >/dev/null
"$bin/onus" generate --over "$people" --days 270 --until "$(date -u +%F)" --seed 7 >"$STATE/run/peers.ndjson"
onus send "$STATE/run/peers.ndjson" --url "$base" --token "$token" >/dev/null
onus status --wait 120 >/dev/null
# Ken Sánchez, the root of the organisation.
export ONUS_CONSOLE=$console ONUS_PERSON=112

failed=()
for check in cloudevents_sdk.py metrics.sh openapi.sh console_check.py; do
    say "Tests/Peers/$check"
    case $check in
    *.py) "$tools/python" "Tests/Peers/$check" || failed+=("$check") ;;
    *) bash "Tests/Peers/$check" || failed+=("$check") ;;
    esac
done
[[ ${#failed[@]} == 0 ]] || die "these found faults: ${failed[*]}"
say "peers: all passed"
