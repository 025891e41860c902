import Models
import Postgres

/// Lists and look-ups over `scim.account` (V0060), within a transaction of the organisation's.
struct AccountLists: Sendable {
    let connection: Connection
    let organization: OrganizationID

    private var key: Binding { .int4(organization.rawValue) }

    func count() async throws(PostgresError) -> Int {
        try await connection.query("SELECT count(*) FROM scim.account WHERE organization_id = $1", [key]).only().int(0)
    }

    /// By age, oldest first; through `account_list_idx`, which alone is read for what stands before the page.
    func page(offset: Int, limit: Int) async throws -> [AccountRecord] {
        try await connection.query(
            """
            SELECT \(AccountRecord.columns) FROM scim.account AS a
            WHERE a.organization_id = $1 AND a.ordinal >= (
                SELECT b.ordinal FROM scim.account AS b
                WHERE b.organization_id = $1 ORDER BY b.ordinal OFFSET $2 LIMIT 1)
            ORDER BY a.ordinal LIMIT $3
            """,
            [key, .int8(offset), .int8(limit)]
        ).map(AccountRecord.init)
    }

    /// Those that an index finds; `nil` where none does.
    func candidates(_ lookup: SCIMLookup) async throws -> [AccountRecord]? {
        let found: ResultSet
        switch lookup {
        case .nothing: return []
        case .displayName, .member: return nil
        case .id(let id): found = try await query("a.id = $2", .uuid(id))
        case .userName(let name):
            found = try await query("a.user_name_key = $2", .uuid(SCIMKey(.userName, name, organization).value))
        case .externalID(let text): found = try await query("a.person = $2", .text(text))
        case .email(let text):
            found = try await connection.query(
                """
                SELECT \(AccountRecord.columns) FROM scim.address AS e
                JOIN scim.account AS a ON a.organization_id = e.organization_id AND a.id = e.account_id
                WHERE e.organization_id = $1 AND e.key = $2 ORDER BY a.ordinal
                """,
                [key, .uuid(SCIMKey(.address, text, organization).value)])
        }
        return try found.map(AccountRecord.init)
    }

    /// Looks at every account, some thousand at a time, oldest first.
    func visit(_ body: (AccountRecord) -> Void) async throws {
        var after: Int64 = 0
        while true {
            let rows = try await connection.query(
                """
                SELECT \(AccountRecord.columns) FROM scim.account AS a
                WHERE a.organization_id = $1 AND a.ordinal > $2 ORDER BY a.ordinal LIMIT 2000
                """,
                [key, .int8(after)])
            guard let last = rows.last else { return }
            for row in rows { body(try AccountRecord(row)) }
            after = try last.int8(10)
        }
    }

    /// - Parameter condition: A constant of this file.
    private func query(_ condition: StaticString, _ value: Binding) async throws(PostgresError) -> ResultSet {
        try await connection.query(
            """
            SELECT \(AccountRecord.columns) FROM scim.account AS a
            WHERE a.organization_id = $1 AND \(condition) ORDER BY a.ordinal
            """,
            [key, value])
    }
}
