package import Models
package import Postgres

/// The organisation a transaction works for, and its contact.
package enum OrganizationScope {
    /// Sets the organisation that row-level security and the directory go by, for this transaction only.
    ///
    /// - Throws: ``PostgresError``.
    package static func enter(_ connection: Connection, _ organization: OrganizationID) async throws(PostgresError) {
        _ = try await connection.query(
            "SELECT set_config('onus.organization_id', $1, true)", [.text(String(organization.rawValue))])
    }

    /// The HR contact and the database's clock, which all decisions of a transaction share.
    ///
    /// - Throws: ``PostgresError``.
    package static func contactAndClock(
        _ connection: Connection, _ organization: OrganizationID
    ) async throws(PostgresError) -> (hrContact: PersonID?, now: Instant) {
        let rows = try await connection.query(
            "SELECT hr_contact, now() FROM onus.organization WHERE id = $1", [.int4(organization.rawValue)])
        for row in rows {
            return (
                try row.optionalText(0).map(PersonID.init(unchecked:)),
                Instant(microseconds: try row.timestamptz(1).microsecondsSince1970)
            )
        }
        throw PostgresError(.decoding, "onus.organization: organisation \(organization.rawValue) is gone")
    }
}
