#!/usr/bin/env bash
# The four services' metrics, as Prometheus reads them. ONUS_METRICS: their addresses, separated by spaces.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=Tests/Peers/checks.sh
. "$here/checks.sh"

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
finish
