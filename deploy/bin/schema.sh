#!/usr/bin/env bash
# Writes docs/schema.sql: what the migrations make, as PostgreSQL itself says it. `schema.sh check` compares instead.
set -euo pipefail
# shellcheck source=deploy/bin/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=deploy/bin/postgres.sh
. "$ROOT/deploy/bin/postgres.sh"

make_state
"$ROOT/deploy/bin/install.sh" build
cd "$ROOT"
swift build --product onus >&2
throw_away_cluster fsync=off
"$(swift build --show-bin-path)/onus" migrate --database-url "$THROW_AWAY_URL" >&2

new=$STATE/run/schema.sql
# The log's monthly partitions depend on the day of the migration; versions and the dump's random keys on the server.
"$(find_postgres)/pg_dump" --schema-only --no-owner --exclude-table='log.event_[0-9]*' "$THROW_AWAY_URL" |
    sed -E '/^-- Dumped (from|by) /d; /^\\(un)?restrict /d' | cat -s >"$new"
if [[ ${1:-} == check && $("$(find_postgres)/pg_dump" --version) != *" 15."* ]]; then
    # Another major version says the same in other words.
    say "docs/schema.sql was not compared: that takes PostgreSQL 15's pg_dump"
elif [[ ${1:-} == check ]]; then
    diff -u docs/schema.sql "$new" || die "docs/schema.sql is not what the migrations make; make schema mends it"
    say "docs/schema.sql is what the migrations make"
else
    mv "$new" docs/schema.sql
    say "wrote docs/schema.sql"
fi
