package import Models
package import Postgres

/// The organisations of `onus.organization` (V0001). Changes need the owner's connection; a service sees its
/// transaction's organisation (scoring and notification: all).
package struct Organizations: Sendable {
    let connection: Connection

    package init(_ connection: Connection) { self.connection = connection }

    /// - Parameter name: 1 to 100 characters.
    /// - Throws: ``PostgresError`` with `.uniqueViolation` where the name is taken, `.checkViolation` where it is too
    ///   long.
    package func create(name: String) async throws(PostgresError) -> OrganizationID {
        let rows = try await connection.query(
            "INSERT INTO onus.organization (name) VALUES ($1) RETURNING id", [.text(name)])
        return OrganizationID(rawValue: try rows.only().int4(0))
    }

    /// The organisation of this name; any service may ask, before its transaction works for one.
    package func named(_ name: String) async throws(PostgresError) -> OrganizationID? {
        let rows = try await connection.query("SELECT onus.organization_named($1)", [.text(name)])
        return try rows.first?.optionalInt4(0).map(OrganizationID.init(rawValue:))
    }

    /// All that the connection's role may see, by number.
    package func list() async throws(PostgresError) -> [OrganizationRecord] {
        var records: [OrganizationRecord] = []
        let rows = try await connection.query(
            """
            SELECT id, name, created, scored_day, hr_contact, l_and_d_contact, minimised_names, policy_version
            FROM onus.organization ORDER BY id
            """)
        for row in rows { records.append(try Self.record(row)) }
        return records
    }

    /// - Returns: `nil` where there is none, or the connection's role may not see it.
    package func find(_ id: OrganizationID) async throws(PostgresError) -> OrganizationRecord? {
        let rows = try await connection.query(
            """
            SELECT id, name, created, scored_day, hr_contact, l_and_d_contact, minimised_names, policy_version
            FROM onus.organization WHERE id = $1
            """,
            [.int4(id.rawValue)])
        guard let row = rows.first else { return nil }
        return try Self.record(row)
    }

    /// Sets who gets what is meant for HR and for L&D; `nil` leaves that contact as it is.
    package func setContacts(
        hr: PersonID?, learning: PersonID?, organization: OrganizationID
    ) async throws(PostgresError) {
        _ = try await connection.execute(
            """
            UPDATE onus.organization
            SET hr_contact = coalesce($2, hr_contact), l_and_d_contact = coalesce($3, l_and_d_contact)
            WHERE id = $1
            """,
            [.int4(organization.rawValue), .text(hr?.rawValue), .text(learning?.rawValue)])
    }

    /// Sets the member names that are removed from every event from now on. What is stored stays as it is.
    package func setMinimisedNames(
        _ names: [String], organization: OrganizationID
    ) async throws(PostgresError) {
        _ = try await connection.execute(
            "UPDATE onus.organization SET minimised_names = $2 WHERE id = $1",
            [.int4(organization.rawValue), .textArray(names)])
    }

    private static func record(_ row: Row) throws(PostgresError) -> OrganizationRecord {
        OrganizationRecord(
            id: OrganizationID(rawValue: try row.int4(0)), name: try row.text(1),
            created: Instant(microseconds: try row.timestamptz(2).microsecondsSince1970),
            scoredDay: try row.optionalDate(3).map { Day(number: Int($0.daysSince1970)) },
            hrContact: try row.optionalText(4).map(PersonID.init(unchecked:)),
            learningContact: try row.optionalText(5).map(PersonID.init(unchecked:)),
            minimisedNames: try row.textArray(6), policyVersion: Int(try row.int4(7)))
    }
}
