#!/usr/bin/env bash
# Brings up the stack without sample data: PostgreSQL (unless ONUS_DATABASE_URL names one) and the four services.
set -euo pipefail
# shellcheck source=deploy/bin/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=deploy/bin/postgres.sh
. "$ROOT/deploy/bin/postgres.sh"
# shellcheck source=deploy/bin/stack.sh
. "$ROOT/deploy/bin/stack.sh"

bring_up
say "up; an admin token is in .onus/admin.token, logs are in .onus/log, make down stops everything"
