package import Accountability
import EventLog
package import Models
package import Postgres

/// What closes gaps here, from the facts that scoring has consumed.
///
/// Facts come in chunks of people and leave nothing behind but the courses of their gaps.
package enum EffectsFromFacts {
    private static let chunkSize = 500

    /// - Parameters:
    ///   - day: The day that facts must be in force at; `nil`: today's UTC date by the database's clock.
    ///   - version: The policy's; `nil` is the one in force on the day.
    ///   - isComplete: Whether the facts have to be all that the log has, which only the owner's role can tell.
    ///   - connection: Outside a transaction: the study is of one snapshot. Its role reads facts and policies.
    /// - Throws: ``BulkUnavailable`` where the log has more; ``LedgerError/unreadableFact(_:_:)``,
    ///   ``LedgerError/unreadablePolicy(version:_:)``, ``LedgerError/unknownPolicy(version:)``, ``LogError``,
    ///   ``PostgresError``.
    package static func study(
        _ organization: OrganizationID, asOf day: Day? = nil, policy version: Int? = nil,
        design: EffectDesign = .standard, isComplete: Bool = false, from connection: Connection
    ) async throws -> EffectStudy {
        try await connection.transaction(isolation: .repeatableRead, readOnly: true) { connection in
            if isComplete { try await requireAll(of: organization, connection) }
            let opening = try await connection.pipeline([
                OrganizationState.enter(organization), PolicyBook.read(organization),
                Statement("SELECT (now() AT TIME ZONE 'UTC')::date"), FactStatements.history(of: organization),
                people(organization),
            ])
            let asOf = try day ?? Day(opening[2].only().date(0))
            let history = OrganizationHistory(events: try FactRow.events([opening[3]]), asOf: asOf)
            let reader = GapCourseReader(
                organization: history.organization,
                policy: try PolicyBook(opening[1]).policy(on: asOf, version: version))
            let people = try opening[4].map { PersonID(unchecked: try $0.text(0)) }
            var courses: [GapCourse] = []
            for start in stride(from: 0, to: people.count, by: chunkSize) {
                let chunk = Array(people[start..<min(start + chunkSize, people.count)])
                let events = try await facts(of: chunk, organization, connection)
                let index = UnitIndex(history.inForce(events, asOf: asOf))
                for person in chunk { courses += reader.courses(of: index.facts(of: person)) }
            }
            return EffectStudy(courses: courses, asOf: asOf, design: design)
        }
    }

    private static func requireAll(of organization: OrganizationID, _ connection: Connection) async throws {
        let parked = try await connection.pipeline([
            OrganizationState.enter(organization), ReplayStatements.parked(organization),
        ])[1]
        guard parked.isEmpty else { throw BulkUnavailable.eventsSetAside }
        let unread = try await LogTail.events(
            of: organization, unreadBy: BulkEvaluation.consumer, limit: BulkEvaluation.limit, from: connection)
        guard unread?.isEmpty == true else { throw BulkUnavailable.behind }
    }

    /// What the courses of some people's gaps rest on: their identifications and completions, and all that names
    /// one of their gaps.
    private static func facts(
        of people: [PersonID], _ organization: OrganizationID, _ connection: Connection
    ) async throws -> [Event] {
        let own = try await connection.pipeline([own(people, organization)])[0]
        let gaps = try FactRow.gaps(own)
        let steps = try await connection.pipeline([FactStatements.gaps(gaps.sorted(), organization: organization)])[0]
        return try FactRow.events([own, steps])
    }

    /// Everybody for whom a gap was identified.
    private static func people(_ organization: OrganizationID) -> Statement {
        Statement(
            "SELECT DISTINCT person FROM facts.event WHERE organization_id = $1 AND type = $2 ORDER BY person",
            [.int4(organization.rawValue), .int2(EventType.gapIdentified.code)])
    }

    private static func own(_ people: [PersonID], _ organization: OrganizationID) -> Statement {
        Statement(
            """
            SELECT identity, type, time, source, id, gap, data FROM facts.event
            WHERE organization_id = $1 AND person = ANY($2) AND type IN ($3, $4)
            """,
            [
                .int4(organization.rawValue), .textArray(people.map(\.rawValue)),
                .int2(EventType.gapIdentified.code), .int2(EventType.trainingCompleted.code),
            ])
    }
}
