"""What every part of the bench uses: the cluster, processes that start together, clocks."""
import multiprocessing
import os
import struct
import time

import psycopg

clock = time.monotonic_ns
FORK = multiprocessing.get_context("fork")
TEXT, TEXT_ARRAY, JSONB, JSONB_ARRAY = 25, 1009, 3802, 3807
# Seconds that a drain may take; what is left of the backlog is not counted.
DRAIN_LIMIT = 4.0
# Of the wake-up's events, so many are not counted: caches fill, connections are made.
WARM_UP = 40


class Absent(Exception):
    """A peer that can't be had here, and why."""


def connect(database):
    return psycopg.connect(dbname=database, autocommit=True, prepare_threshold=0)


def create_database(name):
    with connect("postgres") as c:
        c.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        c.execute(f'CREATE DATABASE "{name}"')


def checkpoint():
    with connect("postgres") as c:
        c.execute("CHECKPOINT")


def settle():
    """What was written before is not to be written out, vacuumed or analysed during what follows."""
    with connect("postgres") as c:
        databases = [name for name, in c.execute("SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate")]
    for database in databases:
        with connect(database) as c:
            c.execute("VACUUM (ANALYZE, SKIP_LOCKED)")
    checkpoint()
    deadline = time.monotonic() + 30
    with connect("postgres") as c:
        while time.monotonic() < deadline:
            if not c.execute("SELECT FROM pg_stat_activity WHERE backend_type = 'autovacuum worker'").fetchall():
                return
            time.sleep(0.1)


def binary_array(items, element, prefix=b""):
    parts = [struct.pack("!5i", 1, 0, element, len(items), 1)]
    for item in items:
        parts.append(struct.pack("!i", len(prefix) + len(item)) + prefix + item)
    return b"".join(parts)


def array_literal(texts):
    return "{" + ",".join('"' + t.replace("\\", "\\\\").replace('"', '\\"') + '"' for t in texts) + "}"


def _child(work, index, barrier, results):
    try:
        results.put((index, work(index, barrier.wait)))
    except BaseException as error:
        barrier.abort()
        results.put((index, error if isinstance(error, Exception) else RuntimeError(repr(error))))


def together(*works):
    """Runs each work(index, ready) in a process of its own; ready() returns when all have called it."""
    barrier, results = FORK.Barrier(len(works)), FORK.Queue()
    children = [FORK.Process(target=_child, args=(work, k, barrier, results), daemon=True) for k, work in enumerate(works)]
    for child in children:
        child.start()
    answers = dict(results.get(timeout=60) for _ in children)
    for child in children:
        child.join()
    for answer in answers.values():
        if isinstance(answer, Exception):
            raise answer
    return [answers[k] for k in range(len(works))]


def rate(answers):
    """Items a second over processes that answered (begin, end, items)."""
    spent = max(a[1] for a in answers) - min(a[0] for a in answers)
    return sum(a[2] for a in answers) / (max(spent, 1) / 1e9)


def paced(count, per_second):
    """Yields `count` numbers at a steady pace."""
    start = clock()
    for number in range(count):
        wait = start + number * 1_000_000_000 // per_second - clock()
        if wait > 0:
            time.sleep(wait / 1e9)
        yield number


def waits(commits, arrivals):
    """Microseconds from each known commit to its handler, the warm-up left out.

    A handler may run before its writer hears of the commit: then there was no wait.
    """
    spent = [max(0, arrivals[k] - at) / 1e3 for k, at in list(commits.items())[WARM_UP:] if k in arrivals]
    if len(spent) < (len(commits) - WARM_UP) * 0.99:
        raise RuntimeError(f"of {len(commits) - WARM_UP} events {len(spent)} reached the handler")
    return spent
