/// The rows of the log that a position `p` has not read, of its shard alone: a fragment for a lateral join. `p` has the
/// columns of `log.places`, which tells of every shard, or of `log.position`.
///
/// `$1`: the moment up to which they count, as a snapshot's text; NULL: now. `$2`: at most so many of each part.
///
/// Source: `log.unread_parts` (V0102), `log.unread_of_shard` (V0107).
enum Unread {
    /// Rows of (seq, recorded).
    static let sql = rows(of: "e.seq, e.recorded")

    /// - Parameter columns: Of a row of `log.event` called `e`.
    static func rows(of columns: String) -> String {
        """
        SELECT \(columns)
        FROM (SELECT log.shards(p.consumer) AS shards, log.is_by_subject(p.consumer) AS by_subject OFFSET 0) AS shared,
        LATERAL log.unread_parts(
            p.era, p.snapshot, p.target, p.cursor_xid, p.cursor_seq, $1::text::pg_snapshot
        ) AS part,
        LATERAL log.unread_of_shard(
            part.era, part.base, part.upto, part.after_xid, part.after_seq, $2, p.shard, shared.shards,
            shared.by_subject
        ) AS e
        """
    }
}
