package import Models
package import Postgres

/// An organisation's whole log in the order of recording, page by page.
///
/// What a consumer has read was committed before, so whoever has its position reads all of that in any transaction. What is
/// to be compared with it is read in one of isolation `repeatable read`, so that all pages are of the same moment.
package struct LogReplay: AsyncSequence {
    package typealias Element = [RecordedEvent]

    private let connection: Connection
    private let organization: OrganizationID
    private let knownAt: Instant?
    private let readBy: String?
    private let page: Int

    /// - Parameters:
    ///   - knownAt: Only what was recorded by then; `nil`: everything.
    ///   - readBy: Only what this consumer has read, so that its effects can be compared; `nil`: everything.
    ///   - page: At most so many events in memory at once, at least 1.
    package init(
        _ connection: Connection, organization: OrganizationID, knownAt: Instant? = nil, readBy: String? = nil,
        page: Int = 2_000
    ) {
        self.connection = connection
        self.organization = organization
        self.knownAt = knownAt
        self.readBy = readBy
        self.page = Swift.max(1, page)
    }

    package func makeAsyncIterator() -> Iterator { Iterator(replay: self) }

    package struct Iterator: AsyncIteratorProtocol {
        private let replay: LogReplay
        private var last: (recorded: Instant, seq: Int64)?
        private var isFinished = false

        fileprivate init(replay: LogReplay) { self.replay = replay }

        /// - Returns: A page with at least one event; `nil` at the end.
        package mutating func next() async throws(LogError) -> [RecordedEvent]? {
            guard !isFinished else { return nil }
            let events = try await replay.events(after: last)
            isFinished = events.count < replay.page
            guard let newest = events.last else { return nil }
            last = (newest.recorded, newest.seq)
            return events
        }
    }

    private func events(after last: (recorded: Instant, seq: Int64)?) async throws(LogError) -> [RecordedEvent] {
        let rows: ResultSet
        do {
            rows = try await connection.query(
                Self.sql,
                [
                    .int4(organization.rawValue), .timestamptz(last?.recorded.timestamp ?? .minusInfinity),
                    .int8(last?.seq ?? 0), .timestamptz(knownAt?.timestamp ?? .infinity), .text(readBy),
                    .int4(Int32(clamping: page)),
                ])
        } catch {
            throw .database(error)
        }
        var events: [RecordedEvent] = []
        events.reserveCapacity(rows.count)
        for row in rows { events.append(try RecordedEvent(row)) }
        return events
    }

    private static let sql = """
        WITH p AS MATERIALIZED (
            SELECT era, snapshot, target, cursor_xid, cursor_seq FROM log.position WHERE consumer = $5 AND shard = 0
        )
        SELECT \(RecordedEvent.columns)
        FROM log.every_event AS e
        WHERE e.organization_id = $1 AND (e.recorded, e.seq) > ($2, $3) AND e.recorded <= $4
            AND ($5::text IS NULL OR EXISTS (
                SELECT FROM p WHERE log.has_read(
                    p.era, p.snapshot, p.target, p.cursor_xid, p.cursor_seq, e.era, e.xid, e.seq)))
        ORDER BY e.recorded, e.seq LIMIT $6
        """
}
