#!/usr/bin/env bash
# Writes docs/studies: simulated managers with known true scores, scored by the real code (release build). A few minutes.
# What the study finds is no failure of the command: `onus calibrate` itself ends with 1 where a cell is not calibrated.
set -euo pipefail
# shellcheck source=deploy/bin/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

make_state
"$ROOT/deploy/bin/install.sh" build
step "building ($BUILD)" "$ROOT/deploy/bin/build.sh"
calibrate() {
    "$STATE/bin/onus" calibrate --output "$ROOT/docs/studies" || [[ $? == 1 ]]
}
step "the study" calibrate
