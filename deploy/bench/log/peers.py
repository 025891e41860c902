"""The queues that Onus's log is compared with, each driven as its own documentation does, over the same loopback TCP.

Each class: `create`, `bulk` (messages a second), `drain(workers)` (messages a second), `wake` (microseconds).
"""
import asyncio
import hashlib
import importlib.metadata
import json
import os
import time
from datetime import timedelta

import psycopg

import events
from machine import DRAIN_LIMIT, WARM_UP, Absent, array_literal, checkpoint, clock, connect, create_database, paced, rate, together, waits

LIMIT = int(DRAIN_LIMIT * 1e9)


class Peer:
    name = unit = ""
    workers = (1, 2)

    def wake(self, count, per_second):
        count += WARM_UP

        def writer(_, ready):
            return self.write(paced(count, per_second), [events.event(k) for k in range(count)], ready)

        def reader(_, ready):
            return self.listen(count, ready, clock() + int((count / per_second + 10) * 1e9))

        commits, arrivals = together(writer, reader)
        return waits(commits, arrivals)


def write_through(database, statement, pace, sent, ready):
    """One statement a message: when each commit was known, by the message's id."""
    commits = {}
    with connect(database) as c:
        ready()
        time.sleep(0.3)
        for number in pace:
            ident, body = sent[number]
            c.execute(statement, (body,))
            commits[ident] = clock()
    return commits


def drain_in_turns(peer, workers, fetch, finish):
    """A fetch of messages, their number first, and a statement that finishes these, by turns until there is none."""
    if workers > 1:
        peer.bulk()
    checkpoint()

    def work(_, ready):
        c, done = connect(peer.name), 0
        ready()
        start = end = clock()
        while clock() - start < LIMIT:
            rows = c.execute(fetch).fetchall()
            if not rows:
                break
            c.execute(finish, ([row[0] for row in rows],))
            done, end = done + len(rows), clock()
        return start, end, done

    return rate(together(*[work] * workers))


class PgQ(Peer):
    """PgQ: C functions, batches made by ticks. Its workers each see every message, so there is no second one to share."""
    name = "pgq"
    workers = (1,)
    events = 180_000

    def create(self):
        create_database("pgq")
        with connect("pgq") as c:
            try:
                c.execute("CREATE EXTENSION pgq")
            except psycopg.Error as error:
                raise Absent(f"the extension pgq can't be made (apt-get install postgresql-15-pgq3): {error}") from error
            c.execute("SELECT pgq.create_queue('a')")
            c.execute("SELECT pgq.register_consumer('a', 'reader')")
            # A tick for each event, where its ticker is asked.
            for name, value in (("ticker_max_count", "1"), ("ticker_max_lag", "0"), ("ticker_idle_period", "0")):
                c.execute("SELECT pgq.set_queue_config('a', %s, %s)", (name, value))
            self.version = c.execute("SELECT extversion FROM pg_extension WHERE extname = 'pgq'").fetchone()[0]

    def bulk(self):
        with connect("pgq") as c:
            # A batch of its consumer is a tick's events: as many as one of Onus's.
            blocks = [array_literal(events.bodies(1000)) for _ in range(self.events // 1000)]
            checkpoint()
            start = clock()
            for block in blocks:
                c.execute("SELECT count(pgq.insert_event('a', 'call', d)) FROM unnest(%s::text[]) d", (block,))
                c.execute("SELECT pgq.force_tick('a')")
                c.execute("SELECT pgq.ticker('a')")
            return self.events / ((clock() - start) / 1e9)

    def batches(self, c):
        while True:
            batch = c.execute("SELECT pgq.next_batch('a', 'reader')").fetchone()[0]
            if batch is None:
                return
            yield [row[0] for row in c.execute("SELECT ev_data FROM pgq.get_batch_events(%s)", (batch,)).fetchall()]
            c.execute("SELECT pgq.finish_batch(%s)", (batch,))

    def drain(self, workers):
        checkpoint()

        def work(_, ready):
            c, done = connect("pgq"), 0
            ready()
            start = end = clock()
            for batch in self.batches(c):
                done, end = done + len(batch), clock()
                if end - start > LIMIT:
                    break
            return start, end, done

        return rate(together(work))

    def write(self, pace, sent, ready):
        return write_through("pgq", "SELECT pgq.insert_event('a', 'call', %s)", pace, sent, ready)

    def listen(self, count, ready, end):
        c, arrivals = connect("pgq"), {}
        ready()
        while len(arrivals) < count and clock() < end:
            c.execute("SELECT pgq.ticker('a')")
            for batch in self.batches(c):
                now = clock()
                for data in batch:
                    arrivals[json.loads(data)["id"]] = now
            time.sleep(0.001)
        return arrivals


class PGMQ(Peer):
    """pgmq, from the SQL file that PGMQ_SQL names: read a thousand, delete them."""
    name = "pgmq"
    events = 30_000

    def create(self):
        path = os.environ.get("PGMQ_SQL")
        if not path:
            raise Absent("PGMQ_SQL does not name its SQL file")
        create_database("pgmq")
        with open(path, "rb") as file:
            source = file.read()
        with connect("pgmq") as c:
            c.execute(source, prepare=False)
        # The file doesn't say.
        self.version = f"SQL of sha256 {hashlib.sha256(source).hexdigest()[:12]}"

    def fresh(self):
        with connect("pgmq") as c:
            if c.execute("SELECT count(*) FROM pgmq.list_queues()").fetchone()[0]:
                c.execute("SELECT pgmq.drop_queue('a')")
            c.execute("SELECT pgmq.create('a')")

    def bulk(self):
        self.fresh()
        blocks = [array_literal(events.bodies(1000)) for _ in range(self.events // 1000)]
        checkpoint()
        with connect("pgmq") as c:
            start = clock()
            for block in blocks:
                c.execute("SELECT count(*) FROM pgmq.send_batch('a', %s::jsonb[])", (block,))
            return self.events / ((clock() - start) / 1e9)

    def drain(self, workers):
        return drain_in_turns(
            self, workers, "SELECT msg_id, message FROM pgmq.read('a', 60, 1000)",
            "SELECT count(*) FROM pgmq.delete('a', %s::bigint[])")

    def write(self, pace, sent, ready):
        self.fresh()
        return write_through("pgmq", "SELECT pgmq.send('a', %s::jsonb)", pace, sent, ready)

    def listen(self, count, ready, end):
        c, arrivals = connect("pgmq"), {}
        ready()
        time.sleep(0.1)
        while len(arrivals) < count and clock() < end:
            rows = c.execute("SELECT msg_id, message FROM pgmq.read_with_poll('a', 60, 1000, 1, 10)").fetchall()
            now = clock()
            arrivals.update({r[1]["id"]: now for r in rows})
            c.execute("SELECT count(*) FROM pgmq.delete('a', %s::bigint[])", ([r[0] for r in rows],))
        return arrivals


class River(Peer):
    """River's tables and statements (0.24), driven by hand: its client is a Go library. A hundred jobs a fetch, as many as
    its queues work on at once by default; completed together, as its completer does."""
    name = "river"
    version = "0.24 (SQL)"
    events = 10_000
    TABLE = """
        CREATE TYPE river_job_state AS ENUM
            ('available', 'cancelled', 'completed', 'discarded', 'pending', 'retryable', 'running', 'scheduled');
        CREATE TABLE river_job (
            id bigserial PRIMARY KEY, state river_job_state NOT NULL DEFAULT 'available', attempt smallint NOT NULL DEFAULT 0,
            max_attempts smallint NOT NULL, attempted_at timestamptz, created_at timestamptz NOT NULL DEFAULT now(),
            finalized_at timestamptz, scheduled_at timestamptz NOT NULL DEFAULT now(), priority smallint NOT NULL DEFAULT 1,
            args jsonb NOT NULL, attempted_by text[], errors jsonb[], kind text NOT NULL, metadata jsonb NOT NULL DEFAULT '{}',
            queue text NOT NULL DEFAULT 'default', tags varchar(255)[] NOT NULL DEFAULT '{}', unique_key bytea,
            unique_states bit(8));
        CREATE INDEX ON river_job (kind);
        CREATE INDEX ON river_job (state, finalized_at) WHERE finalized_at IS NOT NULL;
        CREATE INDEX ON river_job (state, queue, priority, scheduled_at, id);
        CREATE INDEX ON river_job USING gin (args);
        CREATE INDEX ON river_job USING gin (metadata)"""
    FETCH = """
        WITH locked AS (
            SELECT id FROM river_job WHERE state = 'available' AND queue = 'default' AND scheduled_at <= now()
            ORDER BY priority, scheduled_at, id LIMIT 100 FOR UPDATE SKIP LOCKED)
        UPDATE river_job AS job SET state = 'running', attempt = attempt + 1, attempted_at = now(),
            attempted_by = array_append(attempted_by, 'bench')
        FROM locked WHERE job.id = locked.id RETURNING job.id, job.args"""
    COMPLETE = "UPDATE river_job SET state = 'completed', finalized_at = now() WHERE id = ANY (%s::bigint[]) AND state = 'running'"

    def create(self):
        create_database("river")
        with connect("river") as c:
            c.execute(self.TABLE, prepare=False)

    def bulk(self):
        blocks = [array_literal(events.bodies(1000)) for _ in range(self.events // 1000)]
        with connect("river") as c:
            c.execute("TRUNCATE river_job")
            checkpoint()
            start = clock()
            for block in blocks:
                c.execute("INSERT INTO river_job (args, kind, max_attempts) SELECT unnest(%s::jsonb[]), 'call', 25", (block,))
            return self.events / ((clock() - start) / 1e9)

    def drain(self, workers):
        return drain_in_turns(self, workers, self.FETCH, self.COMPLETE)

    def write(self, pace, sent, ready):
        with connect("river") as c:
            c.execute("TRUNCATE river_job")
        return write_through(
            "river", "WITH job AS (INSERT INTO river_job (args, kind, max_attempts) VALUES (%s::jsonb, 'call', 25))"
            " SELECT pg_notify('river_insert', '{\"queue\": \"default\"}')", pace, sent, ready)

    def listen(self, count, ready, end):
        c, heard, arrivals = connect("river"), connect("river"), {}
        heard.execute("LISTEN river_insert")
        ready()
        while len(arrivals) < count and clock() < end:
            while rows := c.execute(self.FETCH).fetchall():
                now = clock()
                arrivals.update({args["id"]: now for _, args in rows})
                c.execute(self.COMPLETE, ([ident for ident, _ in rows],))
            # Its fetcher polls each second besides.
            for _ in heard.notifies(timeout=1, stop_after=1):
                pass
        return arrivals


class PgQueuer(Peer):
    """pgqueuer over asyncpg and uvloop, a hundred jobs a fetch."""
    name = "pgqueuer"
    events = 10_000

    def create(self):
        self.version = package("pgqueuer")
        create_database("pgqueuer")

        async def install(c):
            from pgqueuer import AsyncpgDriver, Queries
            await Queries(AsyncpgDriver(c)).install()

        self.run(install)

    def run(self, work):
        import asyncpg
        import uvloop

        async def whole():
            c = await asyncpg.connect(
                host=os.environ["PGHOST"], port=int(os.environ["PGPORT"]), user=os.environ["PGUSER"],
                password=os.environ["PGPASSWORD"], database="pgqueuer")
            try:
                return await work(c)
            finally:
                await c.close()

        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(whole())

    def bulk(self):
        from pgqueuer import AsyncpgDriver, Queries

        with connect("pgqueuer") as c:
            c.execute("TRUNCATE pgqueuer, pgqueuer_log")
        payload = [b.encode() for b in events.bodies(1000)]
        checkpoint()

        async def fill(c):
            queries = Queries(AsyncpgDriver(c))
            start = clock()
            for _ in range(self.events // 1000):
                await queries.enqueue(["call"] * 1000, payload, [0] * 1000)
            return self.events / ((clock() - start) / 1e9)

        return self.run(fill)

    def drain(self, workers):
        if workers > 1:
            self.bulk()
        checkpoint()

        def work(_, ready):
            return self.run(lambda c: self.consume(c, ready))

        return rate(together(*[work] * workers))

    async def consume(self, c, ready):
        from pgqueuer import AsyncpgDriver, PgQueuer as Application
        from pgqueuer.types import QueueExecutionMode
        app, seen = Application(AsyncpgDriver(c)), [0, 0]

        @app.entrypoint("call")
        async def call(job):
            seen[0], seen[1] = seen[0] + 1, clock()

        async def stop_late():
            await asyncio.sleep(DRAIN_LIMIT)
            app.shutdown.set()

        ready()
        start = clock()
        late = asyncio.create_task(stop_late())
        await app.qm.run(batch_size=100, mode=QueueExecutionMode.drain, dequeue_timeout=timedelta(seconds=1))
        late.cancel()
        return start, max(seen[1], start + 1), seen[0]

    def write(self, pace, sent, ready):
        from pgqueuer import AsyncpgDriver, Queries

        async def send(c):
            queries, commits = Queries(AsyncpgDriver(c)), {}
            ready()
            await asyncio.sleep(0.3)
            for number in pace:
                ident, body = sent[number]
                await queries.enqueue("call", body.encode(), 0)
                commits[ident] = clock()
            return commits

        return self.run(send)

    def listen(self, count, ready, end):
        from pgqueuer import AsyncpgDriver, PgQueuer as Application

        with connect("pgqueuer") as c:
            c.execute("TRUNCATE pgqueuer, pgqueuer_log")

        async def work(c):
            app, arrivals = Application(AsyncpgDriver(c)), {}

            @app.entrypoint("call")
            async def call(job):
                now = clock()
                arrivals[json.loads(job.payload)["id"]] = now
                if len(arrivals) >= count:
                    app.shutdown.set()

            async def stop_late():
                await asyncio.sleep((end - clock()) / 1e9)
                app.shutdown.set()

            ready()
            late = asyncio.create_task(stop_late())
            await app.qm.run(batch_size=10, dequeue_timeout=timedelta(seconds=1))
            late.cancel()
            return arrivals

        return self.run(work)


class Procrastinate(Peer):
    """procrastinate over psycopg, ten jobs at once, finished jobs deleted."""
    name = "procrastinate"
    events = 2_000

    def app(self, size):
        import procrastinate
        return procrastinate.App(connector=procrastinate.PsycopgConnector(
            min_size=2, max_size=size, kwargs={"dbname": "procrastinate"}))

    def create(self):
        self.version = package("procrastinate")
        create_database("procrastinate")

        async def install():
            app = self.app(4)
            async with app.open_async():
                await app.schema_manager.apply_schema_async()

        asyncio.run(install())

    def bulk(self):
        with connect("procrastinate") as c:
            c.execute("TRUNCATE procrastinate_jobs CASCADE")
        rows = [{"event": json.loads(b)} for b in events.bodies(1000)]
        checkpoint()

        async def fill():
            app = self.app(4)
            call = app.task(name="call")(nothing)
            async with app.open_async():
                start = clock()
                for _ in range(self.events // 1000):
                    await call.batch_defer_async(*rows)
                return self.events / ((clock() - start) / 1e9)

        return asyncio.run(fill())

    async def work(self, handle, ready, seconds, **options):
        app = self.app(14)
        app.task(name="call")(handle)
        async with app.open_async():
            ready()
            start = clock()
            try:
                await asyncio.wait_for(app.run_worker_async(
                    concurrency=10, install_signal_handlers=False, delete_jobs="always", **options), seconds)
            except asyncio.TimeoutError:
                pass
            return start

    def drain(self, workers):
        if workers > 1:
            self.bulk()
        checkpoint()

        def work(_, ready):
            seen = [0, 0]

            async def handle(event):
                seen[0], seen[1] = seen[0] + 1, clock()

            start = asyncio.run(self.work(handle, ready, DRAIN_LIMIT, wait=False))
            return start, max(seen[1], start + 1), seen[0]

        return rate(together(*[work] * workers))

    def write(self, pace, sent, ready):
        async def send():
            app, commits = self.app(4), {}
            call = app.task(name="call")(nothing)
            async with app.open_async():
                ready()
                await asyncio.sleep(0.5)
                for number in pace:
                    ident, body = sent[number]
                    await call.defer_async(event=json.loads(body))
                    commits[ident] = clock()
            return commits

        return asyncio.run(send())

    def listen(self, count, ready, end):
        arrivals = {}
        with connect("procrastinate") as c:
            c.execute("TRUNCATE procrastinate_jobs CASCADE")

        async def main():
            whole = asyncio.Event()

            async def handle(event):
                now = clock()
                arrivals[event["id"]] = now
                if len(arrivals) >= count:
                    whole.set()

            worker = asyncio.create_task(self.work(handle, ready, (end - clock()) / 1e9, wait=True))
            done = asyncio.create_task(whole.wait())
            await asyncio.wait({worker, done}, return_when=asyncio.FIRST_COMPLETED)
            worker.cancel()
            await asyncio.wait({worker})

        asyncio.run(main())
        return arrivals


class Oban(Peer):
    """oban-py over psycopg, fifty jobs at once."""
    name = "oban"
    events = 4_000

    def create(self):
        self.version = package("oban")
        create_database("oban")

        async def install(_, pool):
            from oban.schema import install as apply
            await apply(pool)

        self.run(install)

    def run(self, work):
        from oban import Oban as Application

        async def whole():
            pool = await Application.create_pool(
                f"host={os.environ['PGHOST']} port={os.environ['PGPORT']} user={os.environ['PGUSER']} dbname=oban",
                min_size=2, max_size=10)
            try:
                return await work(Application, pool)
            finally:
                await pool.close()

        return asyncio.run(whole())

    def worker(self, handle):
        from oban import worker

        @worker(queue="calls")
        class Call:
            async def process(self, job):
                handle(job.args)

        return Call

    def bulk(self):
        with connect("oban") as c:
            c.execute("TRUNCATE oban_jobs")
        call = self.worker(lambda args: None)
        rows = [json.loads(b) for b in events.bodies(self.events)]
        checkpoint()

        async def fill(application, pool):
            app = application(pool=pool)
            start = clock()
            for k in range(0, self.events, 1000):
                await app.enqueue_many(*[call.new(row) for row in rows[k:k + 1000]])
            return self.events / ((clock() - start) / 1e9)

        return self.run(fill)

    async def consume(self, application, pool, handle, ready, is_done, end):
        self.worker(handle)
        app = application(pool=pool, queues={"calls": 50})
        ready()
        start = clock()
        async with app:
            while not is_done() and clock() < end:
                await asyncio.sleep(0.005)
        return start

    def drain(self, workers):
        if workers > 1:
            self.bulk()
        checkpoint()

        def work(_, ready):
            seen = [0, 0]

            def handle(args):
                seen[0], seen[1] = seen[0] + 1, clock()

            def is_done():
                # Nothing more for half a second: the other worker has had the rest.
                return seen[0] >= self.events or (seen[0] and clock() - seen[1] > 5e8)

            start = self.run(lambda a, p: self.consume(a, p, handle, ready, is_done, clock() + LIMIT))
            return start, max(seen[1], start + 1), seen[0]

        return rate(together(*[work] * workers))

    def write(self, pace, sent, ready):
        call = self.worker(lambda args: None)

        async def send(application, pool):
            commits = {}
            async with application(pool=pool) as app:
                ready()
                await asyncio.sleep(0.5)
                for number in pace:
                    ident, body = sent[number]
                    await app.enqueue(call.new(json.loads(body)))
                    commits[ident] = clock()
            return commits

        return self.run(send)

    def listen(self, count, ready, end):
        arrivals = {}
        with connect("oban") as c:
            c.execute("TRUNCATE oban_jobs")

        def handle(args):
            arrivals[args["id"]] = clock()

        self.run(lambda a, p: self.consume(a, p, handle, ready, lambda: len(arrivals) >= count, end))
        return arrivals


async def nothing(event):
    pass


def package(name):
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError as error:
        raise Absent(f"the package {name} is not installed (it may need a newer Python)") from error


ALL = [PgQ(), PGMQ(), River(), PgQueuer(), Procrastinate(), Oban()]
