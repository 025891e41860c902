# shellcheck shell=bash
# Counts checks and tells their tally, for the shell scripts of this folder. Sourced; makes the folder $work, which goes
# with the script.
set -uo pipefail
passed=0
failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# check TITLE COMMAND…
check() {
    local title=$1
    shift
    if "$@"; then
        echo "ok    $title"
        passed=$((passed + 1))
    else
        echo "FAULT $title"
        # test-peers.sh prints these once more at its end.
        [[ -z ${ONUS_FAULTS:-} ]] || echo "FAULT $title" >>"$ONUS_FAULTS"
        failed=$((failed + 1))
    fi
}

finish() {
    echo "$passed passed, $failed failed"
    [[ $failed == 0 && $passed -gt 0 ]]
}
