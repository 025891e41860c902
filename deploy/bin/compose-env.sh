#!/usr/bin/env bash
# Writes .env for docker-compose, mode 0600, with a password by chance for each database role; keeps one that is there.
set -euo pipefail
# shellcheck source=deploy/bin/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

[[ ! -e $ROOT/.env ]] || die "$ROOT/.env is there already; its passwords are in the database"
{
    for name in POSTGRES INGESTION SCORING NOTIFICATION CONSOLE; do
        echo "ONUS_${name}_PASSWORD=$(random_hex 24)"
    done
    echo "ONUS_SESSION_KEY=$(random_hex 32)"
} | write_secret "$ROOT/.env"
# Where ingestion finds the secrets of vendors' hooks.
mkdir -p "$ROOT/.onus/secrets"
say "wrote .env; next: docker-compose up -d --build"
