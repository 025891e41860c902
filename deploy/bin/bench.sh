#!/usr/bin/env bash
# Measures Onus on an idle machine: `bench.sh [PART…]`, each part a script bench-PART.sh of this folder.
#   log      the event log beside PostgreSQL itself and other people's queues: appending, draining, waking (5 minutes)
#   scoring  organisations of 10,000 and 100,000 people scored whole, and event by event (6 minutes; SIZE=million: more)
#   latency  from the answer to a POST to the committed score (1 minute)
set -euo pipefail
# shellcheck source=deploy/bin/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

[[ $# -gt 0 ]] || set -- log scoring latency
for part in "$@"; do
    [[ -x $ROOT/deploy/bin/bench-$part.sh ]] ||
        die "bench: expected $(cd "$ROOT/deploy/bin" && printf '%s\n' bench-*.sh | sed 's/^bench-//; s/\.sh$//' | paste -sd ,), got '$part'"
done
for part in "$@"; do "$ROOT/deploy/bin/bench-$part.sh"; done
