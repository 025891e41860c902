import Models
import Postgres
import Schema

/// A hook as it was set up: where a vendor's calls arrive, or what is polled.
struct HookRecord: Hashable, Sendable {
    let organization: OrganizationID
    let name: String
    let id: UUIDBytes
    let connector: String
    let role: TokenRole
    /// Names of secrets, never the secrets.
    let secret: String?
    let apiSecret: String?
    let settings: [String: String]

    /// Whose events its calls bring.
    var sender: Sender { Sender(organization: organization, id: id, name: name, role: role) }

    /// The columns that ``init(_:from:)`` reads, of `hook.hook AS h`.
    static let columns = "h.organization_id, h.name, h.id, h.connector, h.role, h.secret, h.api_secret, h.settings"

    /// - Parameter first: The index of the first of ``columns``.
    init(_ row: Row, from first: Int = 0) throws(PostgresError) {
        organization = OrganizationID(rawValue: try row.int4(first))
        name = try row.text(first + 1)
        id = try row.uuid(first + 2)
        connector = try row.text(first + 3)
        // A role that only a newer build knows counts as the one that may send nothing (`EventJudge`): its calls are refused,
        // and the other hooks go on.
        role = TokenRole(rawValue: try row.text(first + 4)) ?? .auditor
        secret = try row.optionalText(first + 5)
        apiSecret = try row.optionalText(first + 6)
        var settings: [String: String] = [:]
        // The table's constraint sees to it that it is an object.
        let members = try? JSONParser.parse(try row.text(first + 7)).object
        for member in members?.members ?? [] { settings[member.name] = member.value.string }
        self.settings = settings
    }
}
