"""Whether a commit was flushed when it was acknowledged. A process that is killed can't show it: what it has written lives
on in the system's cache."""
import psycopg

COMMIT_SQL = """
    SELECT w.end_lsn <= %(flushed)s::pg_lsn FROM log.identity AS i
    JOIN log.event AS e ON e.organization_id = i.organization_id AND e.recorded = i.recorded AND e.identity = i.identity,
    LATERAL (
        SELECT end_lsn FROM pg_get_wal_records_info(%(before)s, pg_current_wal_flush_lsn())
        WHERE resource_manager = 'Transaction' AND record_type LIKE 'COMMIT%%' AND xid = e.xid::text::xid
    ) AS w
    WHERE i.organization_id = %(organization)s AND i.identity = %(identity)s
    """


class FlushProbe:
    """Reads the flushed position right after an answer, then looks in the WAL where the commit stands."""

    def __init__(self, cluster, account):
        self.cluster, self.account = cluster, account
        self.database = self.before = None

    def begin(self):
        """Before the request. False where the database is away."""
        try:
            if self.database is None or self.database.closed:
                self.database = self.cluster.connect()
            self.before = self.database.execute("SELECT pg_current_wal_insert_lsn()").fetchone()[0]
            return True
        except psycopg.Error:
            self.database = None
            return False

    def end(self, organization, identity):
        """Right after the answer. A crash in between leaves nothing to compare."""
        try:
            flushed = self.database.execute("SELECT pg_current_wal_flush_lsn()").fetchone()[0]
            row = self.database.execute(COMMIT_SQL, {
                "flushed": flushed, "before": self.before, "organization": organization, "identity": identity}).fetchone()
            # Personal learning is in no log.
            is_learning = row is None and self.database.execute(
                "SELECT EXISTS (SELECT FROM learner.learning WHERE organization_id = %s AND identity = %s)",
                (organization, identity)).fetchone()[0]
        except psycopg.OperationalError:
            self.database = None
            return
        except psycopg.errors.InvalidParameterValue:
            self.account.late(f"{identity}: acknowledged with the WAL flushed to {flushed}, before even its request")
            return
        if is_learning:
            return
        if row is None:
            self.account.late(f"{identity}: its commit is not in the WAL between {self.before} and now")
        elif not row[0]:
            self.account.late(f"{identity}: acknowledged with the WAL flushed to {flushed} only")
        else:
            self.account.in_time()
