import Accountability
import Models
import Postgres

extension ConsoleStore {
    /// A gap of somebody, to link to.
    struct GapEntry: Sendable {
        let gap: GapID
        let person: PersonID
        let label: String
        let isOpen: Bool
    }

    /// The organisation's assignments, absences and roles in force on `day`.
    ///
    /// Source: `facts.event`, through its index on the organisation's own types.
    func organizationEvents(_ organization: OrganizationID, asOf day: Day) async throws -> [Event] {
        try await within(organization) { connection in
            let rows = try await connection.query(
                Self.columns + "WHERE organization_id = $1 AND type <= 3", [.int4(organization.rawValue)])
            return try await Self.inForce(rows, organization, asOf: day, connection)
        }
    }

    /// The events in force on `day` that name a gap.
    ///
    /// Source: `facts.event`, through its index on gaps.
    func events(of gap: GapID, _ organization: OrganizationID, asOf day: Day) async throws -> [Event] {
        try await within(organization) { connection in
            let rows = try await connection.query(
                Self.columns + "WHERE organization_id = $1 AND gap = $2",
                [.int4(organization.rawValue), .text(gap.rawValue)])
            return try await Self.inForce(rows, organization, asOf: day, connection)
        }
    }

    /// The gaps identified for some people, by today's events, newest first.
    func gaps(_ organization: OrganizationID, of people: [PersonID]) async throws -> [GapEntry] {
        guard !people.isEmpty else { return [] }
        let wanted = Set(people)
        return try await within(organization) { connection in
            let day = try await Self.today(connection)
            let rows = try await connection.query(
                Self.columns
                    + """
                    WHERE organization_id = $1 AND gap IN (
                        SELECT gap FROM facts.event WHERE organization_id = $1 AND type = $2 AND person = ANY ($3)
                    )
                    """,
                [
                    .int4(organization.rawValue), .int2(EventType.gapIdentified.code),
                    .textArray(people.map(\.rawValue)),
                ])
            let events = try await Self.inForce(rows, organization, asOf: day, connection)
            var byGap: [GapID: [Event]] = [:]
            for event in events { if let gap = event.payload.gap { byGap[gap, default: []].append(event) } }
            let paths = byGap.compactMap { gap, events in
                GapPath(gap: gap, events: events, name: \.rawValue).map { (gap, $0) }
            }
            return paths.filter { wanted.contains($0.1.person) }
                .sorted { $1.1.identification.order < $0.1.identification.order }
                .map { GapEntry(gap: $0, person: $1.person, label: $1.summary, isOpen: $1.state == .open) }
        }
    }

    /// The database's UTC day: the clock that all services share.
    func today() async throws -> Day {
        try await pool.withConnection { try await Self.today($0) }
    }

    static let columns = "SELECT identity, type, source, id, time, data FROM facts.event "

    private static func today(_ connection: Connection) async throws -> Day {
        let row = try await connection.query("SELECT (now() AT TIME ZONE 'UTC')::date").only()
        return Day(number: Int(try row.date(0).daysSince1970))
    }

    /// The events of the rows that count on a day.
    private static func inForce(
        _ rows: ResultSet, _ organization: OrganizationID, asOf day: Day, _ connection: Connection
    ) async throws -> [Event] {
        Corrections.inForce(try await withCorrections(rows, organization, connection), asOf: day)
            .filter { $0.payload.target == nil }
    }

    /// The events of the rows and what corrects them. Corrections may be corrected once, so two look-ups suffice.
    static func withCorrections(
        _ rows: ResultSet, _ organization: OrganizationID, _ connection: Connection
    ) async throws -> [Event] {
        var events = try rows.map { try event($0) }
        var targets = try rows.map { try $0.uuid(0) }
        for _ in 0..<2 where !targets.isEmpty {
            let found = try await connection.query(
                columns + "WHERE organization_id = $1 AND target = ANY ($2)",
                [.int4(organization.rawValue), .uuidArray(targets)])
            events += try found.map { try event($0) }
            targets = try found.map { try $0.uuid(0) }
        }
        return events
    }

    private static func event(_ row: Row) throws -> Event {
        guard let type = EventType(code: try row.int2(1)) else {
            throw UnreadableRow(table: "facts.event", column: "type")
        }
        return try EventReader.event(
            identity: EventIdentity(source: try row.text(2), id: try row.text(3)),
            time: Instant(microseconds: try row.timestamptz(4).microsecondsSince1970), subject: nil, type: type,
            data: try JSONParser.parse(try row.utf8(5)))
    }
}
