import Postgres

/// One of the tables that hold the log's identities.
///
/// Source: `log.tier` (V0105).
struct IdentityTier: Hashable, Sendable {
    /// As it stands in a statement.
    let table: String
    let name: String

    /// - Throws: ``PostgresError`` where it is no name of a tier.
    init(_ name: String) throws(PostgresError) {
        guard name.hasPrefix("identity"), name.utf8.allSatisfy(Self.isPlain) else {
            throw PostgresError(.decoding, "expected the name of an identities' tier, got \(name)")
        }
        self.name = name
        table = "log.\(name)"
    }

    /// What needs no quoting.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
        default: false
        }
    }

    /// The open one. Whoever appends learns it before looking whether an identity is known: what other sessions append
    /// after that goes into the same tier, or closes it, and both are noticed by the insert.
    static let lookForOpen = Statement("SELECT name FROM log.tier WHERE closed IS NULL")

    /// - Parameter rows: Of ``lookForOpen``.
    init(_ rows: ResultSet) throws(PostgresError) { try self.init(try rows.only().text(0)) }

    /// - Returns: Which of some identities are in this tier; the answer has one column.
    func known(among identities: [UUIDBytes], of organization: Binding) -> Statement {
        Statement(
            "SELECT identity FROM ONLY \(table) WHERE organization_id = $1 AND identity = ANY ($2)",
            [organization, .uuidArray(identities)])
    }
}

extension PostgresError {
    /// Whether the tier is not, or no longer, the open one: the transaction may be begun again with the one that is.
    var isOfClosedTier: Bool { constraint == "tier_is_open" || sqlState == .undefinedTable }
}
