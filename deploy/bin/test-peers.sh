#!/usr/bin/env bash
# Runs the checks of Tests/Peers against services on free ports and a PostgreSQL that live only as long as this script.
# `test-peers.sh CHECK…` runs these alone.
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

step "a PostgreSQL for the checks" throw_away_cluster fsync=off full_page_writes=off
owner=$THROW_AWAY_URL
"$bin/onus" migrate --database-url "$owner"

# The mail server that notification is told of; mail_check.py plays it.
"$tools/python" Tests/Peers/mail_certificate.py "$STATE/run"
ONUS_SMTP_PORT=$(free_port)
ONUS_SMTP_PASSWORD=$(random_hex 16)
export ONUS_SMTP_PORT ONUS_SMTP_PASSWORD ONUS_SMTP_CERTIFICATE=$STATE/run/server.pem
export ONUS_SMTP_URL=smtp+starttls://peers:$ONUS_SMTP_PASSWORD@127.0.0.1:$ONUS_SMTP_PORT
export ONUS_SMTP_CA_FILE=$STATE/run/authority.pem
# One-click unsubscribing needs https; mail_check.py knows where this really leads.
export ONUS_UNSUBSCRIBE_URL=https://unsubscribe.example

# Vendors' connectors, and the folder of secrets that hooks_check.py fills.
export ONUS_CONNECTORS=$ROOT/deploy/connectors ONUS_CONNECTOR_SECRETS=$STATE/run/secrets
mkdir -p "$ONUS_CONNECTOR_SECRETS"

metrics=()
base=
console=
# The console's check signs in as people of the sample organisation.
export ONUS_DEVELOPMENT_SIGN_IN=1
for service in "${SERVICES[@]}"; do
    throw_away_service "$service" "$bin" "$STATE/log/peers-$service.log"
    metrics+=("$SERVICE_URL/metrics")
    case $service in
    ingestion) base=$SERVICE_URL ;;
    notification) export ONUS_NOTIFICATION=$SERVICE_URL ;;
    console) console=$SERVICE_URL ;;
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
export ONUS_CONSOLE=$console ONUS_PERSON=112 ONUS_BIN=$bin ONUS_OWNER_URL=$owner

checks=("$@")
[[ ${#checks[@]} -gt 0 ]] ||
    checks=(
        cloudevents_sdk.py scoring_check.py readme_examples.py tokens_check.py scim_tester.py xapi_check.py hooks_check.py metrics.sh
        docs_check.py console_check.py webhook_check.py mail_check.py openapi.sh make_check.sh
    )
failed=()
export ONUS_FAULTS=$STATE/run/faults
: >"$ONUS_FAULTS"
for check in "${checks[@]}"; do
    away_from_midnight 8
    # What the checks before have left to be scored is no part of this one.
    onus status --wait 120 >/dev/null
    say "Tests/Peers/$check"
    case $check in
    *.py) "$tools/python" "Tests/Peers/$check" || failed+=("$check") ;;
    *) bash "Tests/Peers/$check" || failed+=("$check") ;;
    esac
done
cat "$ONUS_FAULTS"
[[ ${#failed[@]} == 0 ]] || die "these found faults: ${failed[*]}"
say "peers: all passed"
