import EventLog
import Models
import Postgres

/// The statements over `scim.unit` and `scim.unit_member` (V0060), within a transaction of the organisation's.
struct UnitRows: Sendable {
    let connection: Connection
    let organization: OrganizationID

    /// Members of the groups of one page: more would be too much of the memory that others work in.
    static let greatestMembers = 20_000

    private var key: Binding { .int4(organization.rawValue) }

    /// - Parameter locking: Holds it until the transaction ends.
    func find(_ id: UUIDBytes, locking: Bool = false, withMembers: Bool = true) async throws -> UnitRecord? {
        let rows = try await connection.query(
            """
            SELECT \(UnitRecord.columns) FROM scim.unit AS u WHERE u.organization_id = $1 AND u.id = $2
            \(locking ? "FOR UPDATE" : "")
            """,
            [key, .uuid(id)])
        return try await records(rows, withMembers: withMembers).first
    }

    func count() async throws(PostgresError) -> Int {
        try await connection.query("SELECT count(*) FROM scim.unit WHERE organization_id = $1", [key]).only().int(0)
    }

    /// By age, oldest first. With their members as many groups as have ``greatestMembers`` together, and one at least.
    func page(offset: Int, limit: Int, withMembers: Bool) async throws -> [UnitRecord] {
        let rows = try await connection.query(
            """
            SELECT \(UnitRecord.columns) FROM scim.unit AS u
            WHERE u.organization_id = $1 ORDER BY u.ordinal OFFSET $2 LIMIT $3
            """,
            [key, .int8(offset), .int8(limit)])
        let records = try rows.map(UnitRecord.init)
        guard withMembers else { return records }
        var left = Self.greatestMembers
        let counts = try await memberCounts(of: records)
        let taken = records.enumerated().prefix { index, record in
            left -= counts[record.id] ?? 0
            return index == 0 || left >= 0
        }
        return try await completed(taken.map(\.element))
    }

    private func memberCounts(of records: [UnitRecord]) async throws(PostgresError) -> [UUIDBytes: Int] {
        var counts: [UUIDBytes: Int] = [:]
        let rows = try await connection.query(
            """
            SELECT unit_id, count(*) FROM scim.unit_member WHERE organization_id = $1 AND unit_id = ANY ($2)
            GROUP BY unit_id
            """,
            [key, .uuidArray(records.map(\.id))])
        for row in rows { counts[try row.uuid(0)] = try row.int(1) }
        return counts
    }

    /// Those that an index finds; `nil` where none does.
    func candidates(_ lookup: SCIMLookup) async throws -> [UnitRecord]? {
        switch lookup {
        case .nothing: return []
        case .userName, .email: return nil
        case .id(let id): return try await find(id).map { [$0] } ?? []
        case .externalID(let text): return try await query("u.external_id = $2", .text(text))
        case .displayName(let text):
            return try await query("u.name_key = $2", .uuid(SCIMKey(.unit, text, organization).value))
        case .member(let id):
            return try await query(
                """
                u.id IN (SELECT m.unit_id FROM scim.unit_member AS m WHERE m.organization_id = $1 AND m.account_id = $2)
                """,
                .uuid(id))
        }
    }

    // MARK: Changing

    func insert(_ record: UnitRecord) async throws {
        _ = try await connection.execute(
            """
            INSERT INTO scim.unit (organization_id, id, name, name_key, external_id, created, modified)
            VALUES ($1, $2, $3, $4, $5, $6, $6)
            """,
            columns(record) + [.timestamptz(record.created.timestamp)])
        try await add(record.members, to: record.id)
    }

    func update(_ record: UnitRecord, from old: UnitRecord) async throws {
        _ = try await connection.execute(
            """
            UPDATE scim.unit SET name = $3, name_key = $4, external_id = $5, version = $6, modified = $7
            WHERE organization_id = $1 AND id = $2
            """,
            columns(record) + [.int4(Int32(record.version)), .timestamptz(record.modified.timestamp)])
        let before = Set(old.members)
        let gone = before.subtracting(record.members)
        if !gone.isEmpty {
            _ = try await connection.execute(
                """
                DELETE FROM scim.unit_member WHERE organization_id = $1 AND unit_id = $2 AND account_id = ANY ($3)
                """,
                [key, .uuid(record.id), .uuidArray(Array(gone))])
        }
        try await add(record.members.filter { !before.contains($0) }, to: record.id)
    }

    func delete(_ id: UUIDBytes) async throws(PostgresError) {
        _ = try await connection.execute(
            "DELETE FROM scim.unit WHERE organization_id = $1 AND id = $2", [key, .uuid(id)])
    }

    /// The unit of each of these by its groups: the oldest one it is a member of.
    func units(of accounts: [UUIDBytes]) async throws(PostgresError) -> [UUIDBytes: String] {
        var units: [UUIDBytes: String] = [:]
        let rows = try await connection.query(
            """
            SELECT DISTINCT ON (m.account_id) m.account_id, u.name FROM scim.unit_member AS m
            JOIN scim.unit AS u ON u.organization_id = m.organization_id AND u.id = m.unit_id
            WHERE m.organization_id = $1 AND m.account_id = ANY ($2) ORDER BY m.account_id, u.ordinal
            """,
            [key, .uuidArray(accounts)])
        for row in rows { units[try row.uuid(0)] = try row.text(1) }
        return units
    }

    private func add(_ members: [UUIDBytes], to id: UUIDBytes) async throws {
        guard !members.isEmpty else { return }
        let added = try await connection.execute(
            """
            INSERT INTO scim.unit_member (organization_id, unit_id, account_id)
            SELECT $1, $2, a.id FROM scim.account AS a WHERE a.organization_id = $1 AND a.id = ANY ($3)
            """,
            [key, .uuid(id), .uuidArray(members)])
        guard added == members.count else {
            throw SCIMError.bad(.invalidValue, "members: \(members.count - added) of them are no User's id")
        }
    }

    private func columns(_ record: UnitRecord) -> [Binding] {
        [
            key, .uuid(record.id), .text(record.name), .uuid(SCIMKey(.unit, record.name, organization).value),
            .text(record.externalID),
        ]
    }

    /// - Parameter condition: A constant of this file.
    private func query(_ condition: StaticString, _ value: Binding) async throws -> [UnitRecord] {
        let rows = try await connection.query(
            """
            SELECT \(UnitRecord.columns) FROM scim.unit AS u
            WHERE u.organization_id = $1 AND \(condition) ORDER BY u.ordinal
            """,
            [key, value])
        return try await records(rows, withMembers: true)
    }

    private func records(_ rows: ResultSet, withMembers: Bool) async throws -> [UnitRecord] {
        let records = try rows.map(UnitRecord.init)
        return withMembers ? try await completed(records) : records
    }

    /// These with their members.
    private func completed(_ records: [UnitRecord]) async throws(PostgresError) -> [UnitRecord] {
        guard !records.isEmpty else { return [] }
        var records = records
        var places: [UUIDBytes: Int] = [:]
        for (place, record) in records.enumerated() { places[record.id] = place }
        let members = try await connection.query(
            """
            SELECT unit_id, account_id FROM scim.unit_member
            WHERE organization_id = $1 AND unit_id = ANY ($2) ORDER BY unit_id, account_id
            """,
            [key, .uuidArray(records.map(\.id))])
        for row in members {
            if let place = places[try row.uuid(0)] { records[place].members.append(try row.uuid(1)) }
        }
        return records
    }
}
