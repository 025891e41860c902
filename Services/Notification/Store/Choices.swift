package import Models
package import Postgres

/// What people chose about their notices.
///
/// Source: `notice.preference` and `notice.mute` (V0020).
package enum Choices {
    package struct Choice: Hashable, Sendable {
        package var takesMail = true
        package var quiet = QuietHours.standard
        package var muted: Set<NoticeKind> = []

        /// Whether they want mail of this kind. Contested evidence can't be muted: somebody waits for a decision.
        package func wantsMail(_ kind: NoticeKind) -> Bool {
            takesMail && !(kind.canBeMuted && muted.contains(kind))
        }
    }

    /// Of those who chose something; everybody else has the standard.
    ///
    /// - Throws: ``PostgresError``.
    package static func read(
        _ connection: Connection, organization: OrganizationID, people: Set<PersonID>
    ) async throws(PostgresError) -> [PersonID: Choice] {
        let bindings: [Binding] = [
            .int4(organization.rawValue), .textArray(people.map(\.rawValue)),
        ]
        let preferences = try await connection.query(
            """
            SELECT person, email, quiet_from_minute, quiet_until_minute, quiet_weekends FROM notice.preference
            WHERE organization_id = $1 AND person = ANY ($2)
            """, bindings)
        var choices: [PersonID: Choice] = [:]
        for row in preferences {
            var choice = Choice()
            choice.takesMail = try row.bool(1)
            choice.quiet =
                QuietHours(from: Int(try row.int2(2)), until: Int(try row.int2(3)), weekends: try row.bool(4))
                ?? .standard
            choices[PersonID(unchecked: try row.text(0))] = choice
        }
        let mutes = try await connection.query(
            "SELECT person, kind FROM notice.mute WHERE organization_id = $1 AND person = ANY ($2)", bindings)
        for row in mutes {
            // A kind of a newer version is nothing that this one could send.
            guard let kind = NoticeKind(rawValue: try row.text(1)) else { continue }
            choices[PersonID(unchecked: try row.text(0)), default: Choice()].muted.insert(kind)
        }
        return choices
    }

    /// Mutes a kind or, where it can't be muted, switches mail off as a channel; doing so again changes nothing.
    ///
    /// - Throws: ``PostgresError``.
    package static func stopMail(
        _ connection: Connection, organization: OrganizationID, person: PersonID, kind: NoticeKind
    ) async throws(PostgresError) {
        guard kind.canBeMuted else {
            _ = try await connection.execute(
                """
                INSERT INTO notice.preference (organization_id, person, email) VALUES ($1, $2, false)
                ON CONFLICT (organization_id, person) DO UPDATE SET email = false
                """, [.int4(organization.rawValue), .text(person.rawValue)])
            return
        }
        _ = try await connection.execute(
            """
            INSERT INTO notice.mute (organization_id, person, kind) VALUES ($1, $2, $3)
            ON CONFLICT (organization_id, person, kind) DO NOTHING
            """, [.int4(organization.rawValue), .text(person.rawValue), .text(kind.rawValue)])
    }
}
