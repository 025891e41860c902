#!/usr/bin/env python3
"""The log's bench: rounds in which everything is measured once, in turn, on one cluster. Called by deploy/bin/bench-log.sh.

Prints a table; writes log.json and log.svg into BENCH_OUT. BENCH_ROUNDS: how many rounds (3). BENCH_SECONDS: no part
begins after so many (600). BENCH_ONLY: parts, with commas between (floors, inserts, onus, wake, pgq, pgmq, …).
"""
import logging
import os
import pathlib
import platform
import signal
import sys
import time

import floors
import onus
import peers
from board import Board, document, judged, table
from machine import Absent, connect, settle
from plot import svg

ROUNDS = int(os.environ.get("BENCH_ROUNDS") or 3)
SECONDS = float(os.environ.get("BENCH_SECONDS") or 600)
ONLY = [word for word in os.environ.get("BENCH_ONLY", "").split(",") if word]
BULK, BACKLOG_LIMIT, CLIENTS, HTTP_SECONDS = 180_000, 6, (1, 16, 64), 2
# The machine is quicker for some seconds and slower for others, so the wake-ups are measured in slices, in turn.
WAKE_SLICES, WAKE_EVENTS, WAKE_RATE = 4, 500, 200
# A handler that computes: microseconds an event; and the shards of a consumer as they are by default.
WORK, WORK_SECONDS, SHARDS = 100, 3, 8
# Microseconds in which a dead worker's share is to move.
TAKEOVER_LIMIT = 5_000_000

QUEUES = ("pgmq", "river", "pgqueuer", "procrastinate", "oban")
EVERYBODY = tuple(peer.name for peer in peers.ALL)
GOALS = [
    dict(title="drain, 1 worker / the best queue of jobs", above="onus_drain_1", below=[f"{n}_drain_1" for n in QUEUES], goal=2.5, beyond=None),
    dict(title="drain, 1 worker / PgQ", above="onus_drain_1", below="pgq_drain_1", goal=1.0, beyond=1.5),
    dict(title="drain with each event parsed / PgQ", above="onus_drain_parsed_1", below="pgq_drain_1", goal=None, beyond=None),
    dict(title="drain, 2 workers by key / 1 of all", above="onus_drain_2", below="onus_drain_1", goal=None, beyond=None),
    dict(title="2 workers / 1, computing 100 µs an event", above="onus_work_2", below="onus_work_1", goal=1.5, beyond=None),
    dict(title="5 s / a killed worker's share moves", above="onus_takeover_sigkill", below="takeover_limit", goal=1.0, beyond=None, always=True),
    dict(title="5 s / a frozen worker's share moves", above="onus_takeover_sigstop", below="takeover_limit", goal=1.0, beyond=None, always=True),
    # What counts is the first: a row an event with the log's columns and indexes, the identities' among them.
    dict(title="bulk over HTTP / COPY, the log's indexes", above="onus_bulk", below="copy_log", goal=0.5, beyond=0.8),
    dict(title="bulk over HTTP / COPY, a queue's table", above="onus_bulk", below="copy", goal=None, beyond=None),
    dict(title="1 client / pgbench inserts, 1 client", above="onus_single_1", below="insert_1", goal=None, beyond=None),
    dict(title="16 clients / pgbench inserts, 16 clients", above="onus_single_16", below="insert_16", goal=None, beyond=None),
    dict(title="64 clients / pgbench inserts, 64 clients", above="onus_single_64", below="insert_64", goal=1.0, beyond=2.0),
    # A round's p99 is its twentieth worst time, and which of two gets the machine's halts is chance: all rounds' times are judged.
    *(dict(title=f"wake-up p{cut}, best peer / Onus", above=f"onus_wake_p{cut}", below=[f"{n}_wake_p{cut}" for n in EVERYBODY],
           goal=None, beyond=None) for cut in (50, 99)),
    *(dict(title=f"wake-up p{cut} of all rounds' events", above="onus_wake", below=[f"{n}_wake" for n in EVERYBODY], cut=cut,
           goal=1.0, beyond=None) for cut in (50, 99)),
]


def onus_part(board):
    backlog = onus.begin_backlog()
    board.add("onus_bulk", onus.bulk(BULK))
    speed, _ = onus.drain(backlog, 1, BACKLOG_LIMIT)
    board.add("onus_drain_1", speed)
    speed, _ = onus.drain(onus.rewind(backlog, "parsed"), 1, BACKLOG_LIMIT, ["--parsed"])
    board.add("onus_drain_parsed_1", speed)
    # Each shard looks through the whole log, so two workers that do nothing share it in two.
    speed, count = onus.drain(onus.rewind(backlog, "shared", 2), 2, BACKLOG_LIMIT, ["--shards", "2"])
    board.add("onus_drain_2", speed)
    if count != BULK:
        raise RuntimeError(f"two workers read {count} events of {BULK}")
    board.add("takeover_limit", TAKEOVER_LIMIT, "µs")
    for how in (signal.SIGKILL, signal.SIGSTOP):
        board.add(f"onus_takeover_{how.name.lower()}", onus.takeover(how, SHARDS), "µs")
    for workers in (1, 2):
        speed, _ = onus.drain(onus.rewind(backlog, f"work-{workers}", SHARDS), workers, WORK_SECONDS,
                              ["--shards", str(SHARDS), "--work", str(WORK)])
        board.add(f"onus_work_{workers}", speed)


def singles_part(board):
    for clients in CLIENTS:
        floors.new_table()
        floors.pgbench_floor(board, clients, HTTP_SECONDS)
        figures = onus.singles(clients, HTTP_SECONDS)
        board.add(f"onus_single_{clients}", figures["rate"])
        for cut in ("p50", "p99"):
            board.add(f"onus_single_{clients}_{cut}", figures[cut], "µs")


def floors_part(board):
    floors.fdatasync_floor(board)
    floors.copy_floors(board)
    floors.unnest_floor(board)
    floors.notify_floor(board)


def wake_part(board):
    waits = {"onus": []} | {peer.name: [] for peer in peers.ALL if is_measured(peer.name, board)}
    wakes = {"onus": onus.wake} | {peer.name: peer.wake for peer in peers.ALL}
    for number in range(WAKE_SLICES):
        # Nobody always comes behind the same one.
        for name in list(waits)[:: 1 if number % 2 else -1]:
            try:
                waits[name] += wakes[name](WAKE_EVENTS, WAKE_RATE)
            except Exception as error:
                del waits[name]
                board.miss(name, f"failed: {type(error).__name__}: {error}")
    for name, found in waits.items():
        board.spread(f"{name}_wake", found)


def peer_part(peer):
    def part(board):
        if board.round == 0:
            peer.create()
        board.add(f"{peer.name}_bulk", peer.bulk())
        for workers in peer.workers:
            board.add(f"{peer.name}_drain_{workers}", peer.drain(workers))
    return part


def is_measured(name, board):
    """Whether a part takes place, as far as is known."""
    return (not ONLY or name in ONLY) and name not in board.absent


def main():
    logging.disable(logging.CRITICAL)
    parts = {"floors": floors_part, "onus": onus_part, "inserts": singles_part}
    parts |= {peer.name: peer_part(peer) for peer in peers.ALL} | {"wake": wake_part}
    unknown = [word for word in ONLY if word not in parts]
    if unknown:
        sys.exit(f"BENCH_ONLY: expected {', '.join(parts)}, got {', '.join(unknown)}")
    board = Board()
    floors.prepare()
    for board.round in range(ROUNDS):
        for name, part in parts.items():
            if not is_measured(name, board) or time.time() - board.began > SECONDS:
                continue
            try:
                # What the part before has left to be vacuumed is not this one's burden.
                settle()
                part(board)
            except Absent as why:
                board.miss(name, why)
            except Exception as error:
                board.miss(name, f"failed: {type(error).__name__}: {error}")
    with connect("postgres") as c:
        server = c.execute("SHOW server_version").fetchone()[0].split()[0]
    versions = {"PostgreSQL": server, "Onus": onus.version()}
    versions |= {peer.name: peer.version for peer in peers.ALL if hasattr(peer, "version")}
    machine = {"cores": os.cpu_count(), "machine": platform.machine(), "rounds": ROUNDS, "load_at_end": os.getloadavg()[1],
               "day": time.strftime("%Y-%m-%d", time.gmtime())}
    out = pathlib.Path(os.environ["BENCH_OUT"])
    (out / "log.json").write_text(document(board, GOALS, versions, machine))
    (out / "log.svg").write_text(svg(board, peers.ALL))
    print(table(board, GOALS, versions))
    missed = [] if ONLY else [goal["title"] for goal in GOALS if goal["goal"] and not is_reached(board, goal)]
    if missed:
        print(f"missed: {'; '.join(missed)}", file=sys.stderr)
    if missed or any(why.startswith("failed") for why in board.absent.values()):
        sys.exit(1)


def is_reached(board, goal):
    """Whether its ratios reach it; what was not measured doesn't."""
    found = board.ratios(goal)
    return bool(found) and judged(goal, found) >= goal["goal"]


main()
