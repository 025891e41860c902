package import Models
package import Postgres

/// What one source has said about people's assignments, retracted or not, by person: what a new snapshot of it is compared
/// with. Every assignment of the source in the organisation's log, read by scoring or not.
///
/// Read it inside one transaction, in which a cursor is open until its end: no more than a page is in memory.
///
/// Source: `log.every_event` (V0055), through `event_snapshot_idx` (V0048). Needs the owner's connection.
package struct SourceAssignments: AsyncSequence {
    /// By the person's bytes.
    package typealias Element = [Record]

    package struct Record: Hashable, Sendable {
        package let identity: EventIdentity
        package let time: Instant
        package let assignment: PersonUpdated
        /// Whether an event retracts it, of this source or of another.
        package let isRetracted: Bool

        package init(identity: EventIdentity, time: Instant, assignment: PersonUpdated, isRetracted: Bool = false) {
            self.identity = identity
            self.time = time
            self.assignment = assignment
            self.isRetracted = isRetracted
        }

        package var person: PersonID { assignment.person }
    }

    private let connection: Connection
    private let source: String
    private let organization: OrganizationID

    package init(_ connection: Connection, of source: String, organization: OrganizationID) {
        self.connection = connection
        self.source = source
        self.organization = organization
    }

    package func makeAsyncIterator() -> Iterator { Iterator(assignments: self) }

    package struct Iterator: AsyncIteratorProtocol {
        private let assignments: SourceAssignments
        private var isOpen = false
        private var isFinished = false

        fileprivate init(assignments: SourceAssignments) { self.assignments = assignments }

        /// - Returns: A page with at least one record; `nil` at the end.
        package mutating func next() async throws(LogError) -> [Record]? {
            guard !isFinished else { return nil }
            if !isOpen { try await assignments.open() }
            isOpen = true
            let page = try await assignments.page()
            isFinished = page == nil
            return page
        }
    }

    private func open() async throws(LogError) {
        do {
            _ = try await connection.query(
                Self.sql,
                [
                    .int4(organization.rawValue), .text(source), .int2(EventType.personUpdated.code),
                    .int2(EventType.eventRetracted.code),
                ])
        } catch { throw .database(error) }
    }

    private func page() async throws(LogError) -> [Record]? {
        let rows: ResultSet
        do {
            rows = try await connection.query("FETCH FORWARD 1000 FROM onus_assignments")
            guard !rows.isEmpty else {
                _ = try await connection.query("CLOSE onus_assignments")
                return nil
            }
        } catch { throw .database(error) }
        return try rows.map { row throws(LogError) in
            let recorded = try RecordedEvent(row, from: 1)
            guard case .personUpdated(let assignment) = recorded.event.payload else {
                throw .unreadable(
                    organization: organization, hash: recorded.hash, detail: "expected an assignment")
            }
            let isRetracted: Bool
            do throws(PostgresError) { isRetracted = try row.bool(0) } catch { throw .database(error) }
            return Record(
                identity: recorded.event.identity, time: recorded.event.time, assignment: assignment,
                isRetracted: isRetracted)
        }
    }

    private static let sql = """
        DECLARE onus_assignments NO SCROLL CURSOR FOR
        WITH retracted AS MATERIALIZED (
            SELECT DISTINCT data::jsonb #>> '{event,id}' AS id FROM log.every_event
            WHERE organization_id = $1 AND type = $4 AND data::jsonb #>> '{event,source}' = $2
        )
        SELECT r.id IS NOT NULL, \(RecordedEvent.columns)
        FROM log.every_event AS e LEFT JOIN retracted AS r ON r.id = e.id
        WHERE e.organization_id = $1 AND e.source = $2 AND e.type = $3
        ORDER BY (e.data::jsonb ->> 'person') COLLATE "C"
        """
}
