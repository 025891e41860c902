import EventLog
import Models
import Postgres

/// The statements over `scim.account` and `scim.address` (V0060), within a transaction of the organisation's.
struct AccountRows: Sendable {
    let connection: Connection
    let organization: OrganizationID

    private var key: Binding { .int4(organization.rawValue) }

    /// The database's clock, read after whatever lock the transaction has waited for.
    func now() async throws(PostgresError) -> Instant {
        Instant(try await connection.query("SELECT clock_timestamp()").only().timestamptz(0))
    }

    func find(_ id: UUIDBytes) async throws -> AccountRecord? {
        try await connection.query(
            "SELECT \(AccountRecord.columns) FROM scim.account AS a WHERE a.organization_id = $1 AND a.id = $2",
            [key, .uuid(id)]
        ).first.map(AccountRecord.init)
    }

    /// Locks these, in the order of their identifiers, and gives those that exist.
    func lock(_ ids: [UUIDBytes]) async throws -> [AccountRecord] {
        try await connection.query(
            """
            SELECT \(AccountRecord.columns) FROM scim.account AS a
            WHERE a.organization_id = $1 AND a.id = ANY ($2) ORDER BY a.id FOR NO KEY UPDATE
            """,
            [key, .uuidArray(ids)]
        ).map(AccountRecord.init)
    }

    /// Locks the accounts whose manager reference names this one, itself apart.
    func lockReports(of id: UUIDBytes) async throws -> [AccountRecord] {
        try await connection.query(
            """
            SELECT \(AccountRecord.columns) FROM scim.account AS a
            WHERE a.organization_id = $1 AND a.manager_account = $2 AND a.id <> $2 ORDER BY a.id FOR NO KEY UPDATE
            """,
            [key, .uuid(id)]
        ).map(AccountRecord.init)
    }

    /// The person of an account, which stays the same until the transaction ends: who makes another person of the account
    /// waits, and then finds the reports that this transaction has written.
    func person(of id: UUIDBytes) async throws(PostgresError) -> PersonID? {
        try await connection.query(
            "SELECT person FROM scim.account WHERE organization_id = $1 AND id = $2 FOR KEY SHARE", [key, .uuid(id)]
        ).first?.text(0).asPerson
    }

    // MARK: Changing

    func insert(_ record: AccountRecord, _ user: SCIMUser) async throws(PostgresError) {
        _ = try await connection.execute(
            """
            INSERT INTO scim.account (organization_id, id, user_name_key, person, manager, manager_account, unit,
                events, last_event, document, created, modified)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, coalesce($9, '-infinity'), $10, $11, $11)
            """,
            columns(record, user) + [.timestamptz(record.created.timestamp)])
        try await setAddresses(of: record.id, user)
    }

    /// - Parameter before: What the row said until now.
    func update(_ record: AccountRecord, _ user: SCIMUser, from before: SCIMUser) async throws(PostgresError) {
        _ = try await connection.execute(
            """
            UPDATE scim.account
            SET user_name_key = $3, person = $4, manager = $5, manager_account = $6, unit = $7, events = $8,
                last_event = coalesce($9, '-infinity'), document = $10, version = $11, modified = $12
            WHERE organization_id = $1 AND id = $2
            """,
            columns(record, user) + [.int4(Int32(record.version)), .timestamptz(record.modified.timestamp)])
        guard user.addresses != before.addresses else { return }
        _ = try await connection.execute(
            "DELETE FROM scim.address WHERE organization_id = $1 AND account_id = $2", [key, .uuid(record.id)])
        try await setAddresses(of: record.id, user)
    }

    /// Writes what follows from other resources: managers, units, events.
    func updateDerived(_ records: [AccountRecord]) async throws(PostgresError) {
        guard !records.isEmpty else { return }
        var events = BinaryArray(of: .int4, capacity: records.count)
        var times = BinaryArray(of: .timestamptz, capacity: records.count)
        for record in records {
            events.append(Int32(record.events))
            times.append(record.lastEvent?.timestamp)
        }
        _ = try await connection.execute(
            """
            UPDATE scim.account AS a
            SET manager = n.manager, unit = n.unit, events = n.events, last_event = coalesce(n.last_event, '-infinity')
            FROM unnest($2, $3, $4, $5, $6) AS n (id, manager, unit, events, last_event)
            WHERE a.organization_id = $1 AND a.id = n.id
            """,
            [
                key, .uuidArray(records.map(\.id)), .textArray(records.map { $0.manager.person?.rawValue }),
                .textArray(records.map(\.unit)), .array(events), .array(times),
            ])
    }

    /// Removes an account, also from the groups that it is a member of: these change by it.
    func delete(_ id: UUIDBytes) async throws(PostgresError) {
        _ = try await connection.execute(
            """
            UPDATE scim.unit AS u SET version = u.version + 1, modified = greatest(u.modified, clock_timestamp())
            FROM scim.unit_member AS m
            WHERE m.organization_id = $1 AND m.account_id = $2 AND u.organization_id = $1 AND u.id = m.unit_id
            """,
            [key, .uuid(id)])
        _ = try await connection.execute(
            "DELETE FROM scim.account WHERE organization_id = $1 AND id = $2", [key, .uuid(id)])
    }

    private func columns(_ record: AccountRecord, _ user: SCIMUser) -> [Binding] {
        [
            key, .uuid(record.id), .uuid(SCIMKey(.userName, user.userName, organization).value),
            .text(user.person.rawValue), .text(record.manager.person?.rawValue), .uuid(record.manager.account),
            .text(record.unit), .int4(Int32(record.events)), .timestamptz(record.lastEvent?.timestamp),
            .text(JSONValue.object(record.document).serialized),
        ]
    }

    private func setAddresses(of id: UUIDBytes, _ user: SCIMUser) async throws(PostgresError) {
        let keys = Set(user.addresses.map { SCIMKey(.address, $0, organization).value })
        guard !keys.isEmpty else { return }
        _ = try await connection.execute(
            "INSERT INTO scim.address (organization_id, key, account_id) SELECT $1, key, $2 FROM unnest($3) AS key",
            [key, .uuid(id), .uuidArray(Array(keys))])
    }
}

extension String {
    fileprivate var asPerson: PersonID { PersonID(unchecked: self) }
}
