#!/usr/bin/env python3
"""Reads a scrape with prometheus-client; a person must never be a label, which would tell who is measured."""
import sys

from prometheus_client.parser import text_string_to_metric_families

PERSONAL = {"email", "user", "username", "employee", "employee_id", "manager", "manager_id", "actor", "name", "person", "person_id", "recipient"}
MOST_SERIES = 2000

with open(sys.argv[1], encoding="utf-8") as scrape:
    families = list(text_string_to_metric_families(scrape.read()))
faults = [] if any(family.samples for family in families) else ["no samples"]
for family in families:
    if not family.documentation:
        faults.append(f"{family.name}: no HELP")
    if len(family.samples) > MOST_SERIES:
        faults.append(f"{family.name}: {len(family.samples)} series")
    for sample in family.samples:
        if PERSONAL & set(sample.labels):
            faults.append(f"{family.name}: label {sorted(PERSONAL & set(sample.labels))}")
            break
print("\n".join(faults) or f"{len(families)} families, {sum(len(family.samples) for family in families)} samples")
sys.exit(bool(faults))
