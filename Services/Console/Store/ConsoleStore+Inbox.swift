import Models
import Postgres

extension ConsoleStore {
    /// One notice of a person's inbox.
    struct InboxNotice: Sendable {
        let delivery: Int64
        let notice: Int64
        let kind: String
        let day: Day
        let reason: String
        let nextStep: String
        let link: String
        let evidence: [EventIdentity]
        let isUnread: Bool
    }

    /// A person's notices, newest first.
    ///
    /// - Parameters:
    ///   - before: Only deliveries older than this one; `nil` for the newest.
    ///   - limit: At most this many, `1...200`.
    ///
    /// Source: view `notice.inbox`, through the index on deliveries by recipient.
    func inbox(
        _ organization: OrganizationID, person: PersonID, before: Int64?, limit: Int
    ) async throws -> [InboxNotice] {
        try await within(organization, person: person) { connection in
            let rows = try await connection.query(
                """
                SELECT delivery_id, notice_id, kind, day, reason, next_step, link, evidence::text, read IS NULL
                FROM notice.inbox
                WHERE organization_id = $1 AND person = $2 AND delivery_id < coalesce($3, 9223372036854775807)
                ORDER BY delivery_id DESC LIMIT $4
                """, [.int4(organization.rawValue), .text(person.rawValue), .int8(before), .int8(Int64(limit))])
            var notices: [InboxNotice] = []
            for row in rows {
                notices.append(
                    InboxNotice(
                        delivery: try row.int8(0), notice: try row.int8(1), kind: try row.text(2),
                        day: Day(number: Int(try row.date(3).daysSince1970)), reason: try row.text(4),
                        nextStep: try row.text(5), link: try row.text(6),
                        evidence: try Self.identities(row.text(7)), isUnread: try row.bool(8)))
            }
            return notices
        }
    }

    /// How many notices a person has not opened; counts to 100 at most, which is as much as a page shows.
    func unread(_ organization: OrganizationID, person: PersonID) async throws -> Int {
        try await within(organization, person: person) { connection in
            let rows = try await connection.query(
                """
                SELECT count(*) FROM (
                    SELECT 1 FROM notice.inbox
                    WHERE organization_id = $1 AND person = $2 AND read IS NULL LIMIT 100
                ) AS unread
                """, [.int4(organization.rawValue), .text(person.rawValue)])
            guard let row = rows.first else { return 0 }
            return Int(try row.int8(0))
        }
    }

    /// Notes that the person has opened a notice of their own; one that is somebody else's changes nothing.
    func markRead(_ organization: OrganizationID, person: PersonID, notice: Int64) async throws {
        try await within(organization, person: person) { connection in
            _ = try await connection.query(
                """
                INSERT INTO notice.reading (organization_id, person, notice_id)
                SELECT organization_id, person, notice_id FROM notice.inbox
                WHERE organization_id = $1 AND person = $2 AND notice_id = $3
                ON CONFLICT DO NOTHING
                """, [.int4(organization.rawValue), .text(person.rawValue), .int8(notice)])
        }
    }

    private static func identities(_ text: String) throws -> [EventIdentity] {
        guard let items = try JSONParser.parse(Array(text.utf8)).array else { return [] }
        return items.compactMap { item in
            guard let source = item["source"]?.string, let id = item["id"]?.string else { return nil }
            return EventIdentity(source: source, id: id)
        }
    }
}
