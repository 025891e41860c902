import Models
import Postgres

extension ConsoleStore {
    /// What mail a person takes beside the inbox, which has every notice.
    struct MailChoice: Hashable, Sendable {
        let takesMail: Bool
        let muted: Set<NoticeKind>
    }

    /// What a person chose; whoever chose nothing takes all mail.
    ///
    /// Source: `notice.preference` and `notice.mute`, by their primary keys.
    func mailChoice(_ organization: OrganizationID, person: PersonID) async throws -> MailChoice {
        try await within(organization, person: person) { connection in
            let row = try await connection.query(
                """
                SELECT coalesce((SELECT email FROM notice.preference WHERE organization_id = $1 AND person = $2), true),
                    ARRAY(SELECT kind FROM notice.mute WHERE organization_id = $1 AND person = $2)
                """, [.int4(organization.rawValue), .text(person.rawValue)]
            ).only()
            return MailChoice(
                takesMail: try row.bool(0), muted: Set(try row.textArray(1).compactMap(NoticeKind.init(rawValue:))))
        }
    }

    /// Keeps what a person chose. Quiet hours, and kinds of a newer version, stay as they are.
    func choose(_ choice: MailChoice, _ organization: OrganizationID, person: PersonID) async throws {
        let kinds = NoticeKind.allCases.filter(\.canBeMuted)
        try await within(organization, person: person) { connection in
            let key: [Binding] = [.int4(organization.rawValue), .text(person.rawValue)]
            _ = try await connection.query(
                """
                INSERT INTO notice.preference (organization_id, person, email) VALUES ($1, $2, $3)
                ON CONFLICT (organization_id, person) DO UPDATE SET email = excluded.email
                """, key + [.bool(choice.takesMail)])
            _ = try await connection.query(
                "DELETE FROM notice.mute WHERE organization_id = $1 AND person = $2 AND kind = ANY ($3)",
                key + [.textArray(kinds.filter { !choice.muted.contains($0) }.map(\.rawValue))])
            _ = try await connection.query(
                """
                INSERT INTO notice.mute (organization_id, person, kind) SELECT $1, $2, kind FROM unnest($3) AS kind
                ON CONFLICT DO NOTHING
                """, key + [.textArray(kinds.filter(choice.muted.contains).map(\.rawValue))])
        }
    }
}
