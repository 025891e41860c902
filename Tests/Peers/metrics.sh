#!/usr/bin/env bash
# The four services' metrics, as Prometheus reads them. ONUS_METRICS: their addresses, separated by spaces.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
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

promtool_accepts() { promtool check metrics <"$work/body"; }
has_type() { grep -qiE '^content-type: *text/plain; *version=0\.0\.4' "$work/head"; }
answers_head() { [[ $(curl -sS -m 10 -o /dev/null -I -w '%{http_code}' "$1") == 200 ]]; }
for url in $ONUS_METRICS; do
    check "$url answers" curl -sSf -m 10 -D "$work/head" -o "$work/body" "$url"
    check "$url has the content type of the text format" has_type
    check "$url answers HEAD" answers_head "$url"
    check "$url passes promtool" promtool_accepts
    check "$url parses, names nobody and is bounded" "$ONUS_PYTHON" "$here/metrics_are_impersonal.py" "$work/body"
done
echo "$passed passed, $failed failed"
[[ $failed == 0 && $passed -gt 0 ]]
