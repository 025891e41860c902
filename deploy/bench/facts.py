#!/usr/bin/env python3
"""Turns events (NDJSON on standard input) into rows of facts.event for COPY (text, on standard output), as scoring writes them.

For benches that measure scoring on a large organisation without loading it through ingestion first. The columns, in order:
organization_id, identity, type, day, time, source, id, recorded, person, gap, actor, role, programme, target, data.
"""
import hashlib
import json
import sys
import uuid

TYPES = {name: code for code, name in enumerate([
    "person.updated", "role.defined", "absence.recorded", "expectation.acknowledged", "gap.identified", "gap.action",
    "gap.closed", "behaviour.observed", "outcome.measured", "coaching.held", "conversation.held", "feedback.given",
    "training.requested", "training.completed", "learning.recorded", "event.retracted", "evidence.contested",
    "evidence.resolved"], start=1)}
# Whose act an event is: Payload.actor.
ACTORS = ("coach", "identifiedBy", "by", "observer", "measuredBy", "manager", "from", "requestedBy", "assignedBy",
          "definedBy")
UNTIED = ("gap", "assignedBy", "expectation")
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def identity(source, name):
    return str(uuid.UUID(bytes=hashlib.sha256(source.encode() + b"\0" + name.encode()).digest()[:16]))


def row(event):
    kind, data = event["type"].removeprefix("onus."), event["data"]
    if kind == "learning.recorded":
        return None
    if kind == "training.completed" and not any(data.get(tie) for tie in UNTIED):
        return None
    actor = None
    if kind not in ("person.updated", "absence.recorded", "expectation.acknowledged"):
        actor = next((data[name] for name in ACTORS if isinstance(data.get(name), str)), None)
    target = identity(data["event"]["source"], data["event"]["id"]) if "event" in data else None
    role = data.get("role")
    columns = (
        "1", identity(event["source"], event["id"]), str(TYPES[kind]), event["time"][:10], event["time"],
        event["source"], event["id"], event["time"], data.get("person"), data.get("gap"), actor, role,
        data.get("programme"), target, json.dumps(data, ensure_ascii=False, separators=(",", ":")))
    return "\t".join("\\N" if value is None else value.translate(ESCAPES) for value in columns)


def main():
    for line in sys.stdin:
        copied = row(json.loads(line))
        if copied is not None:
            sys.stdout.write(copied + "\n")


main()
