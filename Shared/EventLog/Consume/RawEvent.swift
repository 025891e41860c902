package import Models
package import Postgres

/// A row of the log, each column read when it is asked for.
package struct RawEvent: Sendable {
    private let row: Row

    init(_ row: Row) { self.row = row }

    package func organization() throws(PostgresError) -> OrganizationID {
        OrganizationID(rawValue: try row.int4(0))
    }

    package func source() throws(PostgresError) -> String { try row.text(7) }
    package func id() throws(PostgresError) -> String { try row.text(8) }
    package func subject() throws(PostgresError) -> String? { try row.optionalText(10) }

    /// `data` as compact JSON.
    package func data() throws(PostgresError) -> [UInt8] { try row.utf8(11) }

    package func parsed() throws(LogError) -> RecordedEvent { try RecordedEvent(row) }
}
