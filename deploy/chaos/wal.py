"""Whether commits were flushed when they were acknowledged. A process that is killed can't show it: what it has written lives
on in the system's cache."""
import sys
import threading

import psycopg

# Personal learning has an identity too, and is in no log; so the identity tells the transaction.
COMMITS_SQL = """
    SELECT s.identity, s.flushed, w.end_lsn <= s.flushed
    FROM unnest(%(organizations)s::int[], %(identities)s::uuid[], %(flushed)s::pg_lsn[]) AS s (organization_id, identity, flushed)
    LEFT JOIN log.identity AS i ON i.organization_id = s.organization_id AND i.identity = s.identity
    LEFT JOIN (
        SELECT xid, end_lsn FROM pg_get_wal_records_info(%(before)s::pg_lsn, pg_current_wal_flush_lsn())
        WHERE resource_manager = 'Transaction' AND record_type LIKE 'COMMIT%%'
    ) AS w ON w.xid = i.xmin
    """


def number(position):
    """A position in the WAL as a number."""
    high, low = position.split("/")
    return (int(high, 16) << 32) + int(low, 16)


class FlushProbe:
    """One sender's readings of the flushed position."""

    def __init__(self, ledger):
        self.ledger, self.database, self.last = ledger, None, None

    def position(self):
        """How far the WAL is flushed now; None where the database is away."""
        # The connection of before may have broken long ago.
        for _ in range(2):
            try:
                if self.database is None:
                    self.database = self.ledger.cluster.connect()
                self.last = self.database.execute("SELECT pg_current_wal_flush_lsn()::text").fetchone()[0]
                return self.last
            except psycopg.OperationalError:
                self.database = None
        return None

    def position_before(self):
        """A position behind which all commits to come lie; None where the database has been away all the time."""
        return self.position() or self.last

    def acknowledged(self, before, names):
        """Right after an answer, of which the first and the last event stand for all. Where the database is away there is
        nothing to compare.

        before: a position that was flushed before any of them was sent first; None where that is not known.
        """
        flushed = self.position()
        if before is None or flushed is None:
            self.ledger.skip()
        else:
            self.ledger.add([(before, flushed, *name) for name in {names[0], names[-1]}])


class FlushLedger(threading.Thread):
    """Looks in the WAL where the commits of what was acknowledged stand, every two seconds those of all senders together."""

    def __init__(self, cluster, account):
        super().__init__(daemon=True)
        self.cluster, self.account = cluster, account
        self.lock, self.entries, self.is_stopping = threading.Lock(), [], threading.Event()
        self.skipped = 0

    def add(self, entries):
        with self.lock:
            self.entries += entries

    def skip(self):
        with self.lock:
            self.skipped += 1

    def run(self):
        try:
            while not self.is_stopping.wait(2):
                try:
                    with self.cluster.connect() as database:
                        self.look(database)
                except psycopg.errors.UndefinedFile:  # Of its class, though no crash: the WAL looked for is gone.
                    raise
                except psycopg.OperationalError:
                    pass  # A crash; what was to be looked up still is.
        except Exception as error:  # One that ends in silence would pass for one that found nothing.
            self.account.fault(f"the look into the WAL ended: {error!r}")

    def finish(self, database):
        """The rest, when nobody sends any more."""
        self.is_stopping.set()
        self.join(120)
        if self.is_alive():
            self.account.fault("the look into the WAL takes more than two minutes")
            return
        try:
            self.look(database)
        except psycopg.errors.UndefinedFile as error:
            self.account.fault(f"the WAL of the last commits is gone: {error}")
        print(f"chaos: {self.skipped} answers whose commits could not be looked up, the database being away", file=sys.stderr)

    def look(self, database):
        with self.lock:
            entries = list(self.entries)
        if not entries:
            return
        before, flushed, organizations, identities = (list(column) for column in zip(*entries))
        start = min(before, key=number)
        try:
            rows = database.execute(COMMITS_SQL, {
                "before": start, "organizations": organizations, "identities": identities, "flushed": flushed}).fetchall()
        except psycopg.errors.InvalidParameterValue:  # Nothing has been flushed since.
            rows = [(identity, position, None) for identity, position in zip(identities, flushed)]
        for identity, position, is_flushed in rows:
            if is_flushed:
                self.account.in_time()
            elif is_flushed is None:
                self.account.late(f"{identity}: its commit is not in the WAL from {start} on")
            else:
                self.account.late(f"{identity}: acknowledged with the WAL flushed to {position} only")
        with self.lock:
            del self.entries[:len(entries)]
