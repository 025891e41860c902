import Accountability
import Ledger
import Models
import Postgres

extension ConsoleStore {
    /// What a manager's page is computed from.
    struct ExplainingFacts: Sendable {
        /// In force or not, with their corrections.
        let events: [Event]
        /// Whose facts give, or may have given, to the manager's score.
        let units: Set<PersonID>
        let policies: PolicyBook
    }

    /// A score as it was published.
    struct PublishedScore: Sendable {
        let score: Double?
        let policyVersion: Int
    }

    /// The facts of every unit that gives to a manager's score, and what the organisation is to them.
    ///
    /// - Parameter people: More units: those that may have given to it on an earlier day.
    ///
    /// Source: `score.contribution` by subject, then `facts.event` through its indexes on persons, gaps, requesters and
    /// targets; `onus.policy`.
    func explainingFacts(
        for manager: PersonID, _ organization: OrganizationID, people: Set<PersonID>
    ) async throws -> ExplainingFacts {
        try await within(organization) { connection in
            let giving = try await connection.query(
                """
                SELECT unit FROM score.contribution WHERE organization_id = $1 AND scope = 'manager' AND subject = $2
                UNION
                SELECT g.person FROM facts.event AS r JOIN facts.event AS g
                    ON g.organization_id = r.organization_id AND g.gap = r.gap AND g.type = $3
                WHERE r.organization_id = $1 AND r.type = 13 AND r.actor = $2 AND g.person IS NOT NULL
                """,
                [
                    .int4(organization.rawValue), .text(manager.rawValue),
                    .int2(EventType.gapIdentified.code),
                ]
            ).map { PersonID(unchecked: try $0.text(0)) }
            let units = people.union(giving).union([manager])
            var events = try await Self.facts(of: units, organization, connection)
            events += try await Self.lineage(of: units, organization, connection)
            return ExplainingFacts(
                events: events, units: units, policies: try await PolicyBook.load(organization, from: connection))
        }
    }

    /// A manager's score of a day as it was last published; `nil` where none was.
    ///
    /// Source: `score.published`, by its primary key.
    func published(
        _ manager: PersonID, _ organization: OrganizationID, on day: Day
    ) async throws -> PublishedScore? {
        try await within(organization) { connection in
            let rows = try await connection.query(
                """
                SELECT score, policy_version, status IS NULL FROM score.published
                WHERE organization_id = $1 AND manager = $2 AND day = $3 ORDER BY computed DESC LIMIT 1
                """,
                [
                    .int4(organization.rawValue), .text(manager.rawValue),
                    .date(DateValue(daysSince1970: Int32(day.number))),
                ])
            guard let row = rows.first, try !row.bool(2) else { return nil }
            return PublishedScore(score: try row.optionalFloat8(0), policyVersion: Int(try row.int4(1)))
        }
    }

    /// Everything about the units' own persons, gaps and requests.
    private static func facts(
        of units: Set<PersonID>, _ organization: OrganizationID, _ connection: Connection
    ) async throws -> [Event] {
        let rows = try await connection.query(
            columns
                + """
                WHERE organization_id = $1 AND type > 3 AND (
                    person = ANY ($2) OR (type = 13 AND actor = ANY ($2))
                    OR gap IN (
                        SELECT gap FROM facts.event WHERE organization_id = $1 AND person = ANY ($2) AND type = $3
                        UNION
                        SELECT gap FROM facts.event WHERE organization_id = $1 AND type = 13 AND actor = ANY ($2)
                    )
                )
                """,
            [
                .int4(organization.rawValue), .textArray(units.map(\.rawValue)),
                .int2(EventType.gapIdentified.code),
            ])
        return try await withCorrections(rows, organization, connection)
    }

    /// The assignments and absences of the people and of everybody above them, by any assignment, and their roles.
    private static func lineage(
        of people: Set<PersonID>, _ organization: OrganizationID, _ connection: Connection
    ) async throws -> [Event] {
        var known = people
        var frontier = people
        var roles: Set<RoleID> = []
        var events: [Event] = []
        while !frontier.isEmpty {
            let rows = try await connection.query(
                columns + "WHERE organization_id = $1 AND person = ANY ($2) AND type IN ($3, $4)",
                [
                    .int4(organization.rawValue), .textArray(frontier.map(\.rawValue)),
                    .int2(EventType.personUpdated.code), .int2(EventType.absenceRecorded.code),
                ])
            let found = try await withCorrections(rows, organization, connection)
            var named: Set<PersonID> = []
            for case .personUpdated(let data) in found.map(\.payload) {
                if let manager = data.manager { named.insert(manager) }
                if let role = data.role { roles.insert(role) }
            }
            events += found
            frontier = named.subtracting(known)
            known.formUnion(named)
        }
        let definitions = try await connection.query(
            columns + "WHERE organization_id = $1 AND type = $2 AND role = ANY ($3)",
            [
                .int4(organization.rawValue), .int2(EventType.roleDefined.code), .textArray(roles.map(\.rawValue)),
            ])
        return events + (try await withCorrections(definitions, organization, connection))
    }
}
