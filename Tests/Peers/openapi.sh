#!/usr/bin/env bash
# Ingestion's own description of itself: is it OpenAPI, and does the service keep what it says? ONUS_FUZZ_SECONDS bounds
# the time (default 45).
set -uo pipefail
passed=0
failed=0
check() {
    local title=$1
    shift
    if "$@"; then
        echo "ok    $title"
        passed=$((passed + 1))
    else
        echo "FAULT $title"
        failed=$((failed + 1))
    fi
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

check "openapi.json is served" curl -sSf -m 10 -o openapi.json "$ONUS_BASE/openapi.json"
check "it is valid OpenAPI" "$ONUS_TOOLS/openapi-spec-validator" openapi.json
# Not positive_data_acceptance: rules that a schema can't express (the order of two dates) rightly refuse some data.
check "schemathesis finds nothing" "$ONUS_TOOLS/schemathesis" run openapi.json --url "$ONUS_BASE" \
    -H "Authorization: Bearer $ONUS_TOKEN" \
    --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,response_headers_conformance,negative_data_rejection,missing_required_header,ignored_auth,unsupported_method,use_after_free \
    --phases examples,coverage,fuzzing --max-time "${ONUS_FUZZ_SECONDS:-45}" --seed 20260101 --request-timeout 20 \
    --workers 2 --continue-on-failure
echo "$passed passed, $failed failed"
[[ $failed == 0 ]]
