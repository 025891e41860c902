#!/usr/bin/env bash
# Ingestion's and the console's own descriptions of themselves: are they OpenAPI, and do the services keep what they say?
# ONUS_FUZZ_SECONDS bounds the time of each (default 45).
# shellcheck source=Tests/Peers/checks.sh
. "$(dirname "${BASH_SOURCE[0]}")/checks.sh"
cd "$work" || exit 1

# judge NAME BASE PATH [HEADER]: what stands at PATH describes BASE, for a caller with HEADER.
# One worker: Python 3.11.2's parser, which hypothesis asks for sources, fails between threads ("AST constructor recursion
# depth mismatch", CPython 106905).
# use_after_free is asked in the stateful phase, which the console, that only reads, has none of.
# Not positive_data_acceptance: rules that a schema can't express (the order of two dates) rightly refuse some data.
judge() {
    check "$1: its description is served" curl -sSf -m 10 -o "$1.json" "$2$3"
    check "$1: it is valid OpenAPI" "$ONUS_TOOLS/openapi-spec-validator" "$1.json"
    check "$1: schemathesis finds nothing" "$ONUS_TOOLS/schemathesis" run "$1.json" --url "$2" ${4:+-H "$4"} \
        --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,response_headers_conformance,negative_data_rejection,missing_required_header,ignored_auth,unsupported_method,use_after_free \
        --phases examples,coverage,fuzzing,stateful --max-time "${ONUS_FUZZ_SECONDS:-45}" --seed 20260101 --request-timeout 20 \
        --workers 1 --continue-on-failure
}

# 501 is what xAPI's state and profiles are described to answer.
cat >schemathesis.toml <<'CONFIG'
[[operations]]
include-path-regex = "^/xapi/(activities|agents)"
checks.not_a_server_error.expected-statuses = ["2xx", "4xx", 501]
CONFIG
judge ingestion "$ONUS_BASE" /openapi.json "Authorization: Bearer $ONUS_TOKEN"
check "console: a session is given" curl -sSf -m 10 -o answer -D head -d "person=$ONUS_PERSON&role=hr" "$ONUS_CONSOLE/sign-in/development"
# As the scheme's own value, so that schemathesis can leave it out to see what happens.
sed -n 's/^set-cookie: onus_session=\([^;]*\).*/[auth.openapi.session]\napi_key = "\1"/Ip' head >schemathesis.toml
judge console "$ONUS_CONSOLE" /api/v1/openapi.json
finish
