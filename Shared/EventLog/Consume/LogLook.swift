import Postgres

/// What a look at the log from a position has brought.
struct LogLook: Sendable {
    let position: LogPosition
    /// The era that is written in now.
    let currentEra: Int32
    /// Where the answer came from.
    let run: ServerRun
    /// The snapshot up to which it looked.
    let upto: String
    /// The months of the log in which nothing lies between the position's snapshot and `upto`; `nil` where none are known.
    let settled: SettledMonths?
    /// ``RecordedEvent/columns`` of at most `limit` events.
    let rows: Slice<ResultSet>
    let limit: Int
    /// The events, where they were parsed ahead.
    var parsed: Result<[RecordedEvent], LogError>?

    /// Of a look that has begun with the last event of `page`, the page that follows that.
    ///
    /// - Returns: nil where it has begun with another event, or looked elsewhere: then it tells nothing.
    func page(after page: LogLook) throws(PostgresError) -> LogLook? {
        guard let first = rows.first, let last = page.rows.last, run == page.run, upto == page.upto,
            try first.xid8(2) == last.xid8(2), try first.int8(3) == last.int8(3)
        else { return nil }
        return LogLook(
            position: try page.next(), currentEra: currentEra, run: run, upto: upto, settled: settled,
            rows: rows.dropFirst(), limit: limit, parsed: parsed)
    }

    var isEmpty: Bool { rows.isEmpty }

    /// Whether as much came as was asked for, so that there is probably more.
    var isFull: Bool { rows.count >= limit }

    /// Whether there may be more to read at once, even though this was not full: what it looked up to was decided by an
    /// earlier look, or is the end of a former era.
    var mayContinue: Bool { position.target != nil || position.era < currentEra }

    /// The position after all of this has been worked on.
    func next() throws(PostgresError) -> LogPosition {
        let number = position.number + 1
        if isFull, let last = rows.last {
            return LogPosition(
                number: number, era: position.era, snapshot: position.snapshot, target: upto,
                cursor: LogPosition.Cursor(xid: try last.xid8(2), seq: try last.int8(3)))
        }
        if position.era < currentEra && upto == LogPosition.everything {
            return LogPosition(number: number, era: position.era + 1, snapshot: LogPosition.nothing)
        }
        return LogPosition(number: number, era: position.era, snapshot: upto)
    }

    /// Parses the events of these rows now.
    mutating func parse(_ rows: Slice<ResultSet>) { parsed = Result { () throws(LogError) in try Self.events(rows) } }

    func events() throws(LogError) -> [RecordedEvent] {
        if let parsed { return try parsed.get() }
        return try Self.events(rows)
    }

    private static func events(_ rows: Slice<ResultSet>) throws(LogError) -> [RecordedEvent] {
        var events: [RecordedEvent] = []
        events.reserveCapacity(rows.count)
        for row in rows { events.append(try RecordedEvent(row)) }
        return events
    }
}
