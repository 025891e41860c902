import Postgres

/// How far a consumer has read, as its locked row says, with what this look may read.
///
/// Everything visible in the row's `snapshot` is read; of what `upto` adds to it, everything to the cursor.
struct LogPosition {
    /// The era the position stands in.
    let era: Int32
    /// The era that is written in now.
    let currentEra: Int32
    /// The snapshot up to which this look reads, as PostgreSQL writes it.
    let upto: String
    /// Whether `upto` was begun by an earlier look, so that more may have become visible since.
    let isResumed: Bool

    /// Visible in it is everything: what the end of a former era is read up to.
    static let everything = "9223372036854775807:9223372036854775807:"

    /// - Parameter row: Of ``LogConsumer/readSQL``: era, current era, upto, resumed.
    init(_ row: Row) throws(PostgresError) {
        era = try row.int4(0)
        currentEra = try row.int4(1)
        upto = try row.text(2)
        isResumed = try row.bool(3)
    }

    /// Where a position that has read all of `upto` goes on.
    var next: (era: Int32, snapshot: String) {
        era < currentEra && upto == Self.everything ? (era + 1, "1:1:") : (era, upto)
    }

    /// Whether, having read all of `upto`, there may be more to read at once.
    var mayContinue: Bool { isResumed || era < currentEra }
}
