#!/usr/bin/env bash
# Runs in a container as the job before the services: the schema, and one login role a service. ONUS_DATABASE_URL is the
# owner's; ONUS_INGESTION_PASSWORD and so on are the passwords that the services will sign in with.
set -euo pipefail

onus migrate
for service in ingestion scoring notification console; do
    name=ONUS_${service^^}_PASSWORD
    : "${!name:?the password for the database role of $service}"
    printf '%s' "${!name}" | onus service-role create "$service" --password-stdin >/dev/null
    echo "role of $service: ready"
done
