#!/usr/bin/env python3
"""From a POST to the committed score: one event at a time, on an idle machine, scoring asleep in between.

The answer's time is this process's clock and the commit's time is PostgreSQL's (track_commit_timestamp): one machine, one
clock, and nothing polls while scoring works. Reads ONUS_BASE, ONUS_TOKEN, ONUS_DATABASE_URL; the first argument is how
many events. Every event's times go to latency.json in BENCH_OUT.
"""
import datetime
import http.client
import json
import os
import statistics
import sys
import time
import urllib.parse

import psycopg

COUNT = int(sys.argv[1])
# Long enough for scoring to fall asleep again; also how long a score may take at most.
PAUSE, PATIENCE = 0.15, 10.0
# What comes within a second of a history that is being loaded counts as part of it and waits for its end: a single event
# of another day does not come so soon after.
AFTER_LOADING = 2.0
# Milliseconds, at the median.
GOAL = 10.0


def coaching(number, manager, person):
    return json.dumps({
        "specversion": "1.0", "type": "onus.coaching.held", "source": "/bench", "id": f"{os.getpid()}-{number}",
        "time": datetime.datetime.now(datetime.timezone.utc).isoformat(),
        "data": {"person": person, "coach": manager, "context": {"kind": "call"}, "observed": True},
    })


def committed(database, manager):
    row = database.execute(
        "SELECT extract(epoch FROM pg_xact_commit_timestamp(xmin))::float8 FROM score.current"
        " WHERE organization_id = 1 AND manager = %s", (manager,)).fetchone()
    return row[0] if row else 0.0


def main():
    base = urllib.parse.urlsplit(os.environ["ONUS_BASE"])
    headers = {"Authorization": "Bearer " + os.environ["ONUS_TOKEN"], "Content-Type": "application/cloudevents+json"}
    database = psycopg.connect(os.environ["ONUS_DATABASE_URL"], autocommit=True)
    pairs = database.execute(
        "SELECT data::jsonb ->> 'manager', data::jsonb ->> 'person' FROM log.event"
        " WHERE organization_id = 1 AND data::jsonb ->> 'manager' IS NOT NULL ORDER BY identity").fetchall()
    connection = http.client.HTTPConnection(base.hostname, base.port)
    whole, to_score, to_answer = [], [], []
    time.sleep(AFTER_LOADING)
    for number in range(COUNT):
        manager, person = pairs[number % len(pairs)]
        began = time.time()
        connection.request("POST", "/v1/events", coaching(number, manager, person), headers)
        response = connection.getresponse()
        body = response.read()
        answered = time.time()
        if response.status != 202:
            sys.exit(f"expected 202, got {response.status}: {body[:300]!r}")
        time.sleep(PAUSE)
        while (scored := committed(database, manager)) < began:
            if time.time() - answered > PATIENCE:
                sys.exit(f"no score of manager {manager} within {PATIENCE} s")
            time.sleep(0.05)
        whole.append((scored - began) * 1000)
        to_score.append((scored - answered) * 1000)
        to_answer.append((answered - began) * 1000)
    parts = {"post_to_answer": to_answer, "answer_to_score": to_score, "post_to_score": whole}
    with open(os.path.join(os.environ["BENCH_OUT"], "latency.json"), "w", encoding="utf-8") as file:
        json.dump({"unit": "ms", **{name: [round(value, 3) for value in values] for name, values in parts.items()}}, file)
        file.write("\n")
    for name, values in parts.items():
        cuts = statistics.quantiles(values, n=100)
        print(f"{name}_p50 {statistics.median(values):.2f} ms")
        print(f"{name}_p99 {cuts[98]:.2f} ms")
    reached = statistics.median(whole)
    print(f"from the POST to the committed score, p50: {reached:.2f} ms (goal: below {GOAL:.0f} ms)")
    if reached >= GOAL:
        sys.exit("the goal is missed")


main()
