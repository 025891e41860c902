#!/usr/bin/env bash
# Measures Onus on an idle machine: `bench.sh [PART…]`, each part a script bench-PART.sh of this folder.
#   latency  from a POST to the committed score (1 minute)
#   log      the event log beside PostgreSQL itself and other people's queues: appending, draining, waking (5 minutes)
#   scoring  organisations of 10,000 and 100,000 people scored whole, and event by event; a year drained from the log
#            (7 minutes; SIZE=million: more)
#   backlog  only where it is named: a log with ten million events behind it beside an empty one (10 minutes)
# Goes on after a part that fails, and fails in the end.
set -euo pipefail
# shellcheck source=deploy/bin/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

[[ $# -gt 0 ]] || set -- latency log scoring
for part in "$@"; do
    [[ -x $ROOT/deploy/bin/bench-$part.sh ]] ||
        die "bench: expected $(cd "$ROOT/deploy/bin" && printf '%s\n' bench-*.sh | sed 's/^bench-//; s/\.sh$//' | paste -sd ,), got '$part'"
done
failed=()
for part in "$@"; do "$ROOT/deploy/bin/bench-$part.sh" || failed+=("$part"); done
[[ ${#failed[@]} == 0 ]] || die "bench: failed or missed a goal: ${failed[*]}"
