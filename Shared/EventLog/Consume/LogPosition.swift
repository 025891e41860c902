import Postgres

/// How far a consumer has read.
///
/// Everything visible in `snapshot` is read; of what `target` adds to it, everything to the cursor.
struct LogPosition: Hashable, Sendable {
    /// A place in the log's order within an era.
    struct Cursor: Hashable, Sendable {
        let xid: UInt64
        let seq: Int64
    }

    /// Grows by one with each acknowledgement; 0: never read.
    let number: Int64
    let era: Int32
    /// Snapshots are as PostgreSQL writes them: `xmin:xmax:` and the transactions in progress, with commas.
    let snapshot: String
    /// The snapshot up to which reading has begun, and how far it has come; `nil` where all of it is read.
    let target: String?
    let cursor: Cursor?

    /// Visible in it is everything: what the end of a former era is read up to.
    static let everything = "9223372036854775807:9223372036854775807:"
    /// Nothing is visible in it.
    static let nothing = "1:1:"

    init(number: Int64, era: Int32, snapshot: String, target: String? = nil, cursor: Cursor? = nil) {
        self.number = number
        self.era = era
        self.snapshot = snapshot
        self.target = target
        self.cursor = cursor
    }

    /// - Parameter row: n, era, snapshot, target, cursor_xid, cursor_seq, the snapshots as text.
    init(_ row: Row) throws(PostgresError) {
        number = try row.int8(0)
        era = try row.int4(1)
        snapshot = try row.text(2)
        target = try row.optionalText(3)
        if let xid = try row.optionalXid8(4), let seq = try row.optionalInt8(5) {
            cursor = Cursor(xid: xid, seq: seq)
        } else {
            cursor = nil
        }
    }

    /// Where one range of the log's index holds all that is unread: after which place it begins. `nil` where
    /// transactions that were in progress in the snapshot may lie before it.
    var beginning: Cursor? {
        let parts = snapshot.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let end = UInt64(parts[1]) else { return nil }
        if let cursor, cursor.xid >= end { return cursor }
        return parts[2].isEmpty && cursor == nil ? Cursor(xid: end, seq: 0) : nil
    }
}
