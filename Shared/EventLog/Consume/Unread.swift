/// The rows of the log that a position `p` of `log.position` has not read, of its shard alone: a fragment for a lateral
/// join.
///
/// `$1`: the moment up to which they count, as a snapshot's text; NULL: now. `$2`: at most so many of each part.
/// `$3`: ``LogPosition/everything``.
///
/// Its parts: the rest of the position's target (no further than the moment), what came between the target and the
/// moment, and all later eras. Of a former era everything counts, as no snapshot of this cluster can say what was
/// visible there. Snapshots of one cluster contain each other in the order in which they were taken.
enum Unread {
    /// Rows of (seq, recorded).
    static let sql = rows(of: "e.seq, e.recorded")

    /// - Parameter columns: Of a row of `log.event` called `e`.
    static func rows(of columns: String) -> String {
        """
        SELECT rest.*
        FROM (SELECT onus.current_era() AS era, coalesce($1::text::pg_snapshot, pg_current_snapshot()) AS moment OFFSET 0) AS c,
        LATERAL (SELECT log.shards(p.consumer) AS shards, log.is_by_subject(p.consumer) AS by_subject OFFSET 0) AS part,
        LATERAL (SELECT CASE WHEN p.era < c.era THEN $3::text::pg_snapshot ELSE c.moment END AS moment) AS here,
        LATERAL (
            SELECT CASE
                WHEN p.target IS NULL OR pg_snapshot_xmax(here.moment) < pg_snapshot_xmax(p.target)
                    OR (pg_snapshot_xmax(here.moment) = pg_snapshot_xmax(p.target) AND EXISTS (
                        SELECT FROM pg_snapshot_xip(here.moment) AS x WHERE pg_visible_in_snapshot(x, p.target)))
                THEN here.moment ELSE p.target END AS upto
        ) AS begun,
        LATERAL (
            SELECT \(columns)
            FROM log.unread_of_shard(
                p.era, p.snapshot, begun.upto, p.cursor_xid, p.cursor_seq, $2, p.shard, part.shards, part.by_subject) AS e
            UNION ALL
            SELECT \(columns)
            FROM log.unread_of_shard(
                p.era, p.target, here.moment, NULL, NULL, $2, p.shard, part.shards, part.by_subject) AS e
            WHERE p.target IS NOT NULL
            UNION ALL
            SELECT \(columns) FROM generate_series(p.era + 1, c.era) AS later (era),
            LATERAL log.unread_of_shard(
                later.era, '1:1:', CASE WHEN later.era < c.era THEN $3::text::pg_snapshot ELSE c.moment END,
                NULL, NULL, $2, p.shard, part.shards, part.by_subject) AS e
        ) AS rest
        """
    }
}
