#!/usr/bin/env python3
"""Throughput of a log with millions of events behind it, beside that of an empty one: rounds in which each of two databases
appends and drains once, in turn. Called by deploy/bin/bench-backlog.sh.

Reads BENCH_SITES (JSON: of `empty` and `full` the owner's url, scoring's url, ingestion's base and a token), BENCH_EVENTS,
BENCH_ROUNDS, BENCH_DRIVER, BENCH_DIR and BENCH_OUT. The first argument says what to do: load or run.
"""
import concurrent.futures
import contextlib
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

import psycopg

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "log"))
import events  # noqa: E402

SITES = json.loads(os.environ["BENCH_SITES"])
EVENTS = int(os.environ.get("BENCH_EVENTS") or 10_000_000)
ROUNDS = int(os.environ.get("BENCH_ROUNDS") or 7)
WARM_UP, SLICE, CHUNK = 2, 300_000, 100_000
clock = time.monotonic_ns
# Identities of a tier (ONUS_INGESTION_TIER).
TIER = 500_000
# A year of events until today, evenly: old ones first. As ingestion stores the events that it is sent in the rounds.
FILL = """
    WITH e AS (
        SELECT md5(%(salt)s || n) AS id,
            date_trunc('day', now()) - interval '365 days' + (n::float8 / %(all)s) * interval '365 days' AS recorded
        FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
    ), i AS (
        INSERT INTO log.{tier} (organization_id, identity, recorded) SELECT 1, id::uuid, recorded FROM e ORDER BY id
    )
    INSERT INTO log.event (organization_id, era, recorded, identity, type, source, id, time, subject, data, attributes)
    SELECT 1, onus.current_era(), recorded, id::uuid, %(type)s, %(source)s, id, recorded, %(subject)s, %(data)s, %(attributes)s
    FROM e"""


def connect(site):
    return psycopg.connect(SITES[site]["owner"], autocommit=True)


def fill(first):
    row = events.log_row(0).rstrip("\n").split("\t")
    with connect("full") as c:
        c.execute("SET synchronous_commit = off")
        while True:
            tier = c.execute("SELECT name FROM log.tier WHERE closed IS NULL").fetchone()[0]
            try:
                c.execute(FILL.replace("{tier}", tier), {
                    "salt": "behind", "all": EVENTS, "first": first, "last": min(first + CHUNK, EVENTS) - 1,
                    "type": int(row[3]), "source": events.SOURCE, "subject": row[7], "data": row[8], "attributes": row[9]})
                return
            except psycopg.errors.SerializationFailure:
                pass  # Ingestion, which runs beside, has closed the tier meanwhile.


def load():
    """The events behind, by two writers; their identities in tiers and their months settled, as ingestion would have left them."""
    with connect("full") as c, concurrent.futures.ThreadPoolExecutor(2) as writers:
        c.execute("SELECT log.create_partitions((now() - interval '366 days')::date, now()::date)")
        for start in range(0, EVENTS, 2 * CHUNK):
            with contextlib.suppress(psycopg.errors.LockNotAvailable):
                c.execute("SELECT log.close_tier(%s)", (TIER,))
            list(writers.map(fill, range(start, min(start + 2 * CHUNK, EVENTS), CHUNK)))
    with connect("full") as c:
        count = c.execute("SELECT count(*) FROM log.event").fetchone()[0]
        if count != EVENTS:
            sys.exit(f"expected {EVENTS} events behind, found {count}")
    with connect("full") as c:
        c.execute("SELECT log.settle_months()")
        while c.execute("SELECT count(*) FROM log.tier WHERE closed IS NOT NULL AND filter IS NULL").fetchone()[0]:
            time.sleep(1)
        print(f"{c.execute('SELECT count(*) FROM log.tier').fetchone()[0]} tiers of identities", file=sys.stderr)
    for site in SITES:
        with connect(site) as c:
            c.execute("VACUUM (ANALYZE)")
            c.execute("CHECKPOINT")
    # Ingestion looks for filters every ten seconds.
    time.sleep(15)


def stand(site, consumer, snapshot):
    with connect(site) as c:
        slot = c.execute("SELECT last_value % 2 FROM log.ack_slot").fetchone()[0]
        c.execute(f"INSERT INTO log.ack_{slot} (n, consumer, snapshot) VALUES (1, %s, ({snapshot}))", (consumer,))


def append(site):
    path = os.path.join(os.environ["BENCH_DIR"], "slice.ndjson")
    with open(path, "w", encoding="utf-8") as file:
        for number in range(SLICE):
            file.write(events.event(number)[1] + "\n")
    start = clock()
    answer = json.loads(subprocess.run(
        ["curl", "-sS", "-X", "POST", "-T", path, "-H", "Expect:", "-H", "Content-Type: application/x-ndjson",
         "-H", f"Authorization: Bearer {SITES[site]['token']}", f"{SITES[site]['base']}/v1/events"],
        check=True, stdout=subprocess.PIPE).stdout)
    spent = (clock() - start) / 1e9
    if answer.get("accepted") != SLICE:
        sys.exit(f"ingestion accepted not all: {str(answer)[:300]}")
    return SLICE / spent


def drain(site, consumer, seconds=6):
    process = subprocess.Popen(
        [os.environ["BENCH_DRIVER"], "drain", "--consumer", consumer, "--seconds", str(seconds)], text=True,
        env=dict(os.environ, ONUS_DATABASE_URL=SITES[site]["scoring"]), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    process.stdout.readline()
    began, ended, count = (int(word) for word in process.communicate("\n")[0].split())
    return count / ((ended - began) / 1e9), count


def once(site, number):
    if site == "empty":
        # As it was: what the round before has left lies behind no more.
        with connect(site) as c:
            c.execute("TRUNCATE log.event, log.identity")
    consumer = f"bench-{number}"
    stand(site, consumer, "SELECT pg_current_snapshot()")
    figures = {"append": append(site)}
    figures["drain"], count = drain(site, consumer)
    if count != SLICE:
        sys.exit(f"{site}: read {count} events of {SLICE}")
    return figures


def run():
    rounds, first = {site: [] for site in SITES}, {}
    # Some rounds more at the beginning, which are not counted: connections, plans, caches; and the pages of the index of
    # identities, which lie all over it, are written out whole when they are changed for the first time after a checkpoint.
    for number in range(-WARM_UP, ROUNDS):
        for site in (list(SITES) if number % 2 else list(SITES)[::-1]):
            figures = once(site, number)
            if number >= 0:
                rounds[site].append(figures)
            else:
                first.setdefault(site, figures)
    # All of it unread: a consumer that begins at the beginning, for three seconds.
    stand("full", "beginning", "SELECT '1:1:'::pg_snapshot")
    beginning, _ = drain("full", "beginning", 3)
    print(f"{'figure':<34}{'min':>11}{'median':>11}{'max':>11}  events/s")
    for site, taken in rounds.items():
        behind = EVENTS if site == "full" else 0
        for name in ("append", "drain"):
            values = [figures[name] for figures in taken]
            print(f"{f'{name}, {behind:,} behind':<34}{min(values):>11,.0f}{statistics.median(values):>11,.0f}"
                  f"{max(values):>11,.0f}")
    print(f"{f'drain of {EVENTS:,} unread':<34}{'':>11}{beginning:>11,.0f}")
    at_checkpoint = first["full"]["append"] / first["empty"]["append"]
    print(f"append right after a checkpoint, full log / empty log: {at_checkpoint:.3f} (one round)")
    missed, ratios = False, {}
    for name in ("append", "drain"):
        ratios[name] = [full[name] / empty[name] for full, empty in zip(rounds["full"], rounds["empty"])]
        ratio = statistics.median(ratios[name])
        missed = missed or ratio < 0.9
        print(f"{name}, full log / empty log: median of {ROUNDS} rounds {ratio:.3f} ({min(ratios[name]):.3f} to"
              f" {max(ratios[name]):.3f}; goal: at least 0.9){'' if ratio >= 0.9 else '  MISSED'}")
    out = pathlib.Path(os.environ["BENCH_OUT"]) / "backlog.json"
    out.write_text(json.dumps(
        {"day": time.strftime("%Y-%m-%d", time.gmtime()), "events": EVENTS, "slice": SLICE, "rounds": rounds,
         "ratios": ratios, "append_after_checkpoint": at_checkpoint, "beginning": beginning}, indent=1) + "\n")
    sys.exit(1 if missed else 0)


{"load": load, "run": run}[sys.argv[1]]()
