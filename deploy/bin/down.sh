#!/usr/bin/env bash
# Stops what make started: the services first, so that they drain while the database is there, then the private cluster.
# `down.sh reset` also removes the data and all else under .onus that belongs to it.
set -euo pipefail
# shellcheck source=deploy/bin/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=deploy/bin/postgres.sh
. "$ROOT/deploy/bin/postgres.sh"
# shellcheck source=deploy/bin/stack.sh
. "$ROOT/deploy/bin/stack.sh"

[[ -d $STATE ]] || exit 0
lock_state
stop_services "${SERVICES[@]}"
home=$(cluster_home)
stop_cluster "$home"
say "down: nothing that make started here runs any more"
if [[ ${1:-} == reset ]]; then
    rm -rf "$home"
    # The builds' copies and the tools' environment are no data; they stay.
    find "$STATE" -mindepth 1 -maxdepth 1 ! -name bin ! -name venv -exec rm -rf {} +
    say "reset: the data is gone"
fi
