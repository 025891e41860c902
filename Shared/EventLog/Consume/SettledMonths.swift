import Postgres

/// Months of the log that are over, and in which nothing is unread up to some target of a position: a look at that target leaves
/// them out.
///
/// Source: `log.settled` (V0107); decision 0054.
struct SettledMonths: Hashable, Sendable {
    /// The end of the last one.
    let before: Timestamp
    /// The run of the server that told. In another one it counts for nothing: the target may hold other events.
    let run: ServerRun

    /// An expression, NULL where there are none; `$1`: the position's era, `$4`: its snapshot as text.
    ///
    /// Of the moment that is looked up to, or a later one: what is visible at that moment and was added to a settled month has
    /// taken the claim away.
    static let sql = """
        (SELECT s.before FROM log.settled AS s
        WHERE s.era = $1 AND s.xid <= pg_snapshot_xmin($4::text::pg_snapshot) ORDER BY s.before DESC LIMIT 1)
        """
}
