"""What PostgreSQL itself can do here: the floors that everything else is compared with."""
import os
import re
import select
import subprocess

import psycopg

import events
from machine import JSONB, JSONB_ARRAY, TEXT, TEXT_ARRAY, binary_array, checkpoint, clock, connect, create_database, rate, together

COPY_ROWS = 180_000
TABLE = ("CREATE TABLE event (position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, source text NOT NULL,"
         " id text NOT NULL, body jsonb NOT NULL, UNIQUE (source, id))")


def new_table():
    with connect("floor") as c:
        c.execute("DROP TABLE IF EXISTS event")
        c.execute(TABLE)


def copy_rows(database, statement, rows):
    blocks = ["".join(rows[k:k + 1000]).encode() for k in range(0, len(rows), 1000)]
    checkpoint()
    with connect(database) as c:
        start = clock()
        with c.cursor().copy(statement) as copy:
            for block in blocks:
                copy.write(block)
        return len(rows) / ((clock() - start) / 1e9)


def copy_floors(board):
    """COPY into a table of a queue's plainest shape, and into one of the log's own columns and indexes, the identities'
    among them, without partitions and row-level security."""
    new_table()
    rows = []
    for number in range(COPY_ROWS):
        ident, body = events.event(number)
        rows.append(f"{events.SOURCE}\t{ident}\t{body}\n")
    board.add("copy", copy_rows("floor", "COPY event (source, id, body) FROM STDIN", rows))
    with connect("onus") as c:
        c.execute("CREATE SCHEMA IF NOT EXISTS bench")
        c.execute("DROP TABLE IF EXISTS bench.event")
        c.execute("CREATE TABLE bench.event (LIKE log.event INCLUDING ALL)")
        c.execute("CREATE UNIQUE INDEX ON bench.event (organization_id, identity)")
    board.add("copy_log", copy_rows(
        "onus", f"COPY bench.event ({events.LOG_COLUMNS}) FROM STDIN", [events.log_row(n) for n in range(COPY_ROWS)]))


def unnest_floor(board):
    """A thousand rows a statement as binary arrays, by two clients."""
    insert = (b"INSERT INTO event (source, id, body) SELECT '/bench/calls', i, b"
              b" FROM unnest($1::text[], $2::jsonb[]) AS e (i, b)")

    def work(_, ready):
        raw, done = connect("floor").pgconn, 0
        raw.prepare(b"put", insert, [TEXT_ARRAY, JSONB_ARRAY])
        payload = binary_array([b.encode() for b in events.bodies(1000)], JSONB, b"\x01")
        ready()
        start = clock()
        while clock() - start < 1.5e9:
            ids = binary_array([events.new_id().encode() for _ in range(1000)], TEXT)
            result = raw.exec_prepared(b"put", [ids, payload], [1, 1])
            if result.status != psycopg.pq.ExecStatus.COMMAND_OK:
                raise RuntimeError(result.error_message)
            done += 1000
        return start, clock(), done

    new_table()
    checkpoint()
    board.add("unnest", rate(together(work, work)))


def pgbench_floor(board, clients, seconds):
    """pgbench's inserts, one row a transaction, the body sent as a value."""
    script = os.path.join(os.environ["BENCH_DIR"], "insert.sql")
    with open(script, "w") as file:
        file.write("\\set n random(1, 9223372036854775807)\n"
                   "INSERT INTO event (source, id, body) VALUES"
                   " ('/bench/calls', concat(CAST(:client_id AS bigint), '-', CAST(:n AS bigint)), CAST(:body AS jsonb));\n")
    body = events.event(0)[1]
    checkpoint()
    answer = subprocess.run(
        [os.path.join(os.environ["PG_BIN"], "pgbench"), "-n", "-M", "prepared", "-c", str(clients),
         "-j", str(min(2, clients)), "-T", str(seconds), "-D", f"body={body}", "-f", script, "floor"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    found = re.search(r"tps = ([0-9.]+) \(without initial", answer.stdout)
    if answer.returncode or not found:
        raise RuntimeError(f"pgbench: {answer.stderr[-300:]}")
    board.add(f"insert_{clients}", float(found[1]))


def notify_floor(board):
    """There and back over two connections that sleep on their sockets."""
    count = 1000

    def side(role, ready):
        c = connect("floor")
        c.execute(f"LISTEN side{role}")
        raw, spent, other = c.pgconn, [], f"NOTIFY side{1 - role}".encode()

        def wait():
            while not raw.notifies():
                select.select([raw.socket], [], [])
                raw.consume_input()

        ready()
        for _ in range(count):
            start = clock()
            if role == 0:
                raw.exec_(other)
                wait()
                spent.append((clock() - start) / 1e3)
            else:
                wait()
                raw.exec_(other)
        return spent

    board.spread("notify", together(side, side)[0])


def fdatasync_floor(board):
    fd = os.open(os.path.join(os.environ["BENCH_DIR"], "fdatasync"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        os.write(fd, bytes(8192))
        spent, end = [], clock() + 300_000_000
        while clock() < end:
            os.pwrite(fd, bytes(8192), 0)
            start = clock()
            os.fdatasync(fd)
            spent.append((clock() - start) / 1e3)
    finally:
        os.close(fd)
    board.spread("fdatasync", spent)


def prepare():
    create_database("floor")
