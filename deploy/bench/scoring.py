#!/usr/bin/env python3
"""Measures whole organisations for bench-scoring.sh: load, score, turn, drain, and in the end the table of all.

Reads ONUS (the command), ONUS_DATABASE_URL, PEOPLE, UNTIL, ONUS_SCORING (of a running service, for turn) and BENCH_OUT,
to which each step appends a line of JSON; for drain ONUS_BASE and ONUS_TOKEN of ingestion, EVENTS (a file), and
SCORING_BINARY and SCORING_URL, with which it starts scoring itself.
"""
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

OUT = os.environ["BENCH_OUT"]
# How much more a tenfold size may take.
GROWTH = 12.0


def write(measure, **figures):
    with open(OUT, "a", encoding="utf-8") as out:
        print(json.dumps({"measure": measure, "people": int(os.environ["PEOPLE"]), **figures}), file=out)


def load():
    """A year of events until today, as facts, by COPY; the indexes are built afterwards."""
    answer = subprocess.run(
        [os.environ["ONUS"], "bench", "load", "--people", os.environ["PEOPLE"], "--days", "365",
         "--until", os.environ["UNTIL"], "--seed", "1"], check=True, stdout=subprocess.PIPE).stdout
    figures = json.loads(answer)
    del figures["people"]
    write("load", **figures)


def score_once():
    """Seconds, peak resident memory in bytes, and managers of one full re-score in a process of its own."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as words:
        began = time.monotonic()
        child = subprocess.Popen(
            [os.environ["ONUS"], "score", "--as-of", os.environ["UNTIL"], "--format", "json"], stdout=output,
            stderr=words)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.monotonic() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        words.seek(0)
        # A word on standard error is the fall back to the log, which has no events here.
        if child.returncode or (said := words.read()):
            sys.exit(f"onus score: exit {child.returncode}: {said.decode()}")
        output.seek(0)
        # Only a manager's row has a level. Line by line there is but one, so read in pieces.
        managers, tail = 0, b""
        while piece := output.read(1 << 20):
            managers += (tail + piece).count(b'"level":')
            tail = piece[-7:]
    if managers == 0:
        sys.exit("onus score: expected managers, got none")
    return seconds, usage.ru_maxrss * 1024, managers


def score():
    runs = [score_once() for _ in range(1 if int(os.environ["PEOPLE"]) > 100_000 else 3)]
    write("score", seconds=statistics.median(run[0] for run in runs), peakBytes=max(run[1] for run in runs),
          managers=runs[0][2], runs=len(runs))


def turn():
    """The first turn: everybody computed and written, by the service's own count of its steps' time."""
    import psycopg
    patience = time.monotonic() + 60 + int(os.environ["PEOPLE"]) / 100
    with psycopg.connect(os.environ["ONUS_DATABASE_URL"], autocommit=True) as database:
        while not database.execute(
                "SELECT scored_day >= %s FROM onus.organization WHERE id = 1", (os.environ["UNTIL"],)).fetchone()[0]:
            if time.monotonic() > patience:
                sys.exit("the turn does not end")
            time.sleep(0.5)
        # Single events are scored in tables that are as on any other day.
        database.execute("VACUUM (ANALYZE)")
    base = urllib.parse.urlsplit(os.environ["ONUS_SCORING"])
    connection = http.client.HTTPConnection(base.hostname, base.port)
    connection.request("GET", "/metrics")
    for line in connection.getresponse().read().decode().splitlines():
        if line.startswith("onus_scoring_step_seconds_sum"):
            write("turn", seconds=float(line.rsplit(" ", 1)[1]))


def drain():
    """A year of mixed events that waits in the log, sent through ingestion; then one scoring process, from its start until
    all of it is stored as facts and everybody is scored."""
    import psycopg
    answer = json.loads(subprocess.run(
        ["curl", "-sS", "-X", "POST", "-T", os.environ["EVENTS"], "-H", "Expect:", "-H",
         "Content-Type: application/x-ndjson", "-H", f"Authorization: Bearer {os.environ['ONUS_TOKEN']}",
         f"{os.environ['ONUS_BASE']}/v1/events"], check=True, stdout=subprocess.PIPE).stdout)
    if answer["rejected"] or not answer["accepted"]:
        sys.exit(f"ingestion took not all: {str(answer)[:300]}")
    with psycopg.connect(os.environ["ONUS_DATABASE_URL"], autocommit=True) as database:
        database.execute("VACUUM (ANALYZE)")
        database.execute("CHECKPOINT")
        waiting = database.execute("SELECT count(*) FROM log.event").fetchone()[0]
        began = time.monotonic()
        with open(os.environ["SCORING_LOG"], "w", encoding="utf-8") as said:
            scoring = subprocess.Popen(
                [os.environ["SCORING_BINARY"]], stdin=subprocess.DEVNULL, stdout=said, stderr=said,
                env=dict(os.environ, ONUS_DATABASE_URL=os.environ["SCORING_URL"], ONUS_PORT=os.environ["SCORING_PORT"]))
        try:
            stored = 0.0
            while not stored or not is_scored(database):
                if time.monotonic() - began > 60 + waiting / 1_000:
                    sys.exit("the year is not scored")
                time.sleep(0.1)
                if not stored and is_read(database):
                    stored = time.monotonic() - began
            seconds = time.monotonic() - began
        finally:
            scoring.terminate()
            scoring.wait()
        facts = database.execute("SELECT count(*) FROM facts.event").fetchone()[0]
    if facts != waiting:
        sys.exit(f"expected {waiting} facts, found {facts}")
    write("drain", events=waiting, storedSeconds=stored, seconds=seconds)


def is_read(database):
    return database.execute(
        "SELECT EXISTS (SELECT FROM log.position WHERE consumer = 'scoring') AND NOT EXISTS ("
        "SELECT FROM log.position AS p, LATERAL (SELECT FROM log.unread(p.era, p.snapshot, pg_current_snapshot(),"
        " p.cursor_xid, p.cursor_seq, 1)) AS e WHERE p.consumer = 'scoring')").fetchone()[0]


def is_scored(database):
    return database.execute(
        "SELECT coalesce(scored_day >= %s, false) AND NOT EXISTS (SELECT FROM score.mark)"
        " AND NOT EXISTS (SELECT FROM score.arrival) AND NOT EXISTS (SELECT FROM score.turn)"
        " FROM onus.organization WHERE id = 1", (os.environ["UNTIL"],)).fetchone()[0]


def growth(name, sizes, value):
    """Prints how a figure grows from size to size, scaled to a tenfold; false where that is too much."""
    held = True
    for small, large in zip(sizes, sizes[1:]):
        times = (value(large) / value(small)) * 10 / (large / small)
        held = held and times < GROWTH
        print(f"growth of {name:<8} {small:>9,} to {large:>9,} people: {times:6.2f}-fold a tenfold (below {GROWTH:.0f})"
              + ("" if held else "  TOO MUCH"))
    return held


def table():
    with open(OUT, encoding="utf-8") as lines:
        figures = [json.loads(line) for line in lines]
    by = {(row["measure"], row["people"]): row for row in figures if row["measure"] not in ("event", "drain")}
    sizes = sorted({people for _, people in by})
    print("   people      facts  facts/s   managers  re-score s  managers/s  peak MiB  first turn s")
    for people in sizes:
        load_, score_, turn_ = (by[measure, people] for measure in ("load", "score", "turn"))
        print(f"{people:>9,} {load_['facts']:>10,} {load_['facts'] / load_['seconds']:>8,.0f} {score_['managers']:>10,}"
              f" {score_['seconds']:>11.2f} {score_['managers'] / score_['seconds']:>11,.0f}"
              f" {score_['peakBytes'] / 2**20:>9,.0f} {turn_['seconds']:>13.1f}")
    held = [
        growth("loading", sizes, lambda people: by["load", people]["seconds"]),
        growth("scoring", sizes, lambda people: by["score", people]["seconds"]),
        growth("memory", sizes, lambda people: by["score", people]["peakBytes"]),
    ]
    events = [row for row in figures if row["measure"] == "event"]
    if events:
        print("single events, scoring's own time  count   p50 ms   p99 ms   max ms")
        for row in events:
            print(f"{row['event']:<34} {row['count']:>5} {row['p50']:>8.2f} {row['p99']:>8.2f} {row['max']:>8.2f}")
    drains = [row for row in figures if row["measure"] == "drain"]
    for row in drains:
        print(f"a year's {row['events']:,} events of {row['people']:,} people, waiting when scoring starts: stored as facts"
              f" after {row['storedSeconds']:.1f} s, everybody scored after {row['seconds']:.1f} s")
    if not all(held):
        sys.exit("a tenfold size takes too much more")
    if not goals(by, events, drains):
        sys.exit("a goal is missed")


def goals(by, events, drains):
    """Prints what was measured beside its goal, and answers whether all are met."""
    met = True
    for row in drains:
        rate = row["events"] / row["seconds"]
        met = met and rate >= 10_000
        print(f"a year drained by scoring, scored: {rate:,.0f} events/s (goal: at least 10,000 events/s)"
              f"{'' if rate >= 10_000 else '  MISSED'}")
    reached = []
    if row := by.get(("score", 100_000)):
        reached.append(("a full re-score of 100,000 people", row["seconds"], 10, "s"))
    if row := by.get(("score", 1_000_000)):
        reached.append(("the memory of that of a million", row["peakBytes"] / 2**20, 2048, "MiB"))
    for row in events:
        if row["event"] in ("coaching", "gap"):
            reached.append((f"one {row['event']} event, p99", row["p99"], 20, "ms"))
    for what, value, goal, unit in reached:
        met = met and value < goal
        print(f"{what}: {value:,.2f} {unit} (goal: below {goal:,} {unit}){'' if value < goal else '  MISSED'}")
    return met


{"load": load, "score": score, "turn": turn, "drain": drain, "table": table}[sys.argv[1]]()
