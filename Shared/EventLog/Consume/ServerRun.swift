import Postgres

/// Which run of which server an answer came from: another one after each restart, crash and failover.
///
/// What was seen before a crash may be undone: transaction ids whose commits had not been flushed are given out again. A
/// snapshot from before then hides the events that have them now, so nothing that was read ahead outlives a run.
///
/// The moment at which the statistics were begun anew stands for a crash that the first process outlives: recovery discards
/// them. `log.server_run` (V0104) is the same.
struct ServerRun: Hashable, Sendable {
    let text: String

    /// An expression of type text, which `log.server_run` is too.
    static let sql = """
        extract(epoch FROM pg_postmaster_start_time())::text || '/'
            || coalesce(extract(epoch FROM pg_stat_get_bgwriter_stat_reset_time())::text, '')
        """

    init(_ row: Row, at column: Int) throws(PostgresError) {
        text = try row.text(column)
    }
}
