#!/usr/bin/env python3
"""Events flow for ten minutes beside two foreign transactions: one that only holds a snapshot and an id, and one that has
written an event and doesn't commit. Called by deploy/bin/open-transactions.sh.

Reads ONUS_BASE, ONUS_TOKEN and ONUS_DATABASE_URL (the owner's). Arguments: seconds, events a second. Prints one line of
figures, comma-separated, and ends with 1 where something is not as it must be.
"""
import datetime
import hashlib
import http.client
import json
import os
import sys
import time
import urllib.parse
import uuid

import psycopg

SECONDS, RATE = int(sys.argv[1]), int(sys.argv[2])
SOURCE = "/study/open"
# Pages of positions and marks of sleep, indexes included. How long an event of somebody else may wait, in milliseconds, 99 of
# 100 and all: far less than the five seconds after which a consumer looks unasked, so that no lost wake-up goes unseen.
PAGES, DELAY_P99, DELAY = 100, 500, 2_000
SIZES = """
    SELECT sum(pg_total_relation_size(c.oid) / current_setting('block_size')::int)
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = 'log' AND c.relname ~ '^(ack_|onus_log_)' AND c.relkind IN ('r', 'S')"""
DEAD = """
    SELECT coalesce(sum(d.dead_tuple_count), 0)
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace, LATERAL pgstattuple(c.oid) AS d
    WHERE n.nspname = 'log' AND c.relkind = 'r' AND c.relname ~ '^(event|identity|archive|ack)'"""


def identity(name):
    return uuid.UUID(bytes=hashlib.sha256(SOURCE.encode() + b"\0" + name.encode()).digest()[:16])


class Study:
    def __init__(self):
        self.url = os.environ["ONUS_DATABASE_URL"]
        self.watch = psycopg.connect(self.url, autocommit=True)
        self.watch.execute("CREATE EXTENSION IF NOT EXISTS pgstattuple")
        self.pairs = self.watch.execute(
            "SELECT data::jsonb ->> 'manager', data::jsonb ->> 'person' FROM log.event WHERE organization_id = 1"
            " AND data::jsonb ->> 'manager' IS NOT NULL ORDER BY identity").fetchall()
        base = urllib.parse.urlsplit(os.environ["ONUS_BASE"])
        self.connection = http.client.HTTPConnection(base.hostname, base.port)
        self.headers = {"Authorization": "Bearer " + os.environ["ONUS_TOKEN"],
                        "Content-Type": "application/cloudevents+json"}

    def event(self, number):
        manager, person = self.pairs[number % len(self.pairs)]
        return {
            "specversion": "1.0", "type": "onus.coaching.held", "source": SOURCE, "id": f"{number:08d}",
            "time": datetime.datetime.now(datetime.timezone.utc).isoformat(),
            "data": {"person": person, "coach": manager, "context": {"kind": "call"}, "observed": True}}

    def post(self, number):
        """Milliseconds until it is acknowledged."""
        began = time.monotonic()
        self.connection.request("POST", "/v1/events", json.dumps(self.event(number)), self.headers)
        response = self.connection.getresponse()
        body = response.read()
        if response.status != 202:
            sys.exit(f"expected 202, got {response.status}: {body[:300]!r}")
        return (time.monotonic() - began) * 1000

    def is_fact(self, name):
        return self.watch.execute(
            "SELECT EXISTS (SELECT FROM facts.event WHERE organization_id = 1 AND identity = %s)",
            (identity(name),)).fetchone()[0]

    def wait(self, name):
        """Milliseconds until it is a fact."""
        began = time.monotonic()
        while not self.is_fact(name):
            if time.monotonic() - began > 60:
                sys.exit(f"event {name} is no fact after 60 s")
            time.sleep(0.001)
        return (time.monotonic() - began) * 1000

    def hold(self):
        """The foreign transactions: from here on nothing that dies in the cluster may be removed."""
        reader = psycopg.connect(self.url)
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        reader.execute("SELECT pg_current_xact_id(), count(*) FROM log.event")
        writer = psycopg.connect(self.url)
        late = self.event(0) | {"id": "late"}
        writer.execute("INSERT INTO log.identity (organization_id, identity) VALUES (1, %s)", (identity("late"),))
        writer.execute(
            "INSERT INTO log.event (organization_id, era, identity, type, source, id, time, subject, data)"
            " SELECT 1, onus.current_era(), %s, type, %s, 'late', now(), subject, %s FROM log.event"
            " WHERE organization_id = 1 AND source = %s LIMIT 1",
            (identity("late"), SOURCE, json.dumps(late["data"], separators=(",", ":")), SOURCE))
        return reader, writer

    def batches(self):
        return self.watch.execute("SELECT n FROM log.position WHERE consumer = 'scoring'").fetchone()[0]


def main():
    study = Study()
    study.post(1)
    study.wait("00000001")
    reader, writer = study.hold()
    batches, pages, delays, posts, number = study.batches(), 0, [], [], 1
    began = time.monotonic()
    while (elapsed := time.monotonic() - began) < SECONDS:
        pause = (number - 1) / RATE - elapsed
        if pause > 0:
            time.sleep(pause)
        number += 1
        posts.append(study.post(number))
        # Once a second: how long this one takes, and how much room positions take.
        if number % RATE == 0:
            delays.append(study.wait(f"{number:08d}"))
            pages = max(pages, int(study.watch.execute(SIZES).fetchone()[0]))
    study.wait(f"{number:08d}")
    faults = []
    if study.is_fact("late"):
        faults.append("an event was read that is not committed")
    batches = study.batches() - batches
    dead = int(study.watch.execute(DEAD).fetchone()[0])
    reader.commit()
    writer.commit()
    late = study.wait("late")
    facts = study.watch.execute(
        "SELECT count(*) FROM facts.event WHERE organization_id = 1 AND source = %s", (SOURCE,)).fetchone()[0]
    if facts != number + 1:
        faults.append(f"expected {number + 1} facts, found {facts}")
    if dead:
        faults.append(f"{dead} dead tuples in the log's tables")
    if pages >= PAGES:
        faults.append(f"positions took {pages} pages (goal: below {PAGES})")
    delays.sort()
    p99 = delays[-(-99 * len(delays) // 100) - 1]
    if p99 > DELAY_P99:
        faults.append(f"one event of a hundred waited {p99:.0f} ms (goal: {DELAY_P99})")
    if delays[-1] > DELAY:
        faults.append(f"an event waited {delays[-1]:.0f} ms (goal: {DELAY})")
    if max(posts) > DELAY:
        faults.append(f"a request waited {max(posts):.0f} ms (goal: {DELAY})")
    middle = delays[len(delays) // 2]
    print(f"open transactions: {elapsed:.0f} s, {number:,} events in {batches:,} batches; dead tuples of the log: {dead};"
          f" positions: {pages} pages at most; an event became a fact within {middle:.1f} ms in the middle and"
          f" {delays[-1]:.0f} ms at most; the open writer's {late:.1f} ms after its commit;"
          f" the slowest request took {max(posts):.0f} ms", file=sys.stderr)
    for fault in faults:
        print(f"open transactions: FAULT {fault}", file=sys.stderr)
    print(f"{elapsed:.0f},{number},{batches},{dead},{pages},{middle:.1f},{delays[-1]:.1f},{late:.1f},{len(faults)},{max(posts):.1f}")
    sys.exit(1 if faults else 0)


main()
