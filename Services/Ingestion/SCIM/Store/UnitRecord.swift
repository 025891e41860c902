import EventLog
import Models
import Postgres

/// A row of `scim.unit` (V0060) with its members.
struct UnitRecord: Sendable {
    let id: UUIDBytes
    var version: Int
    let created: Instant
    var modified: Instant
    var name: String
    var externalID: String?
    /// By identifier. Empty where they were not read.
    var members: [UUIDBytes]

    /// The columns that ``init(_:)`` reads, of a row called `u`.
    static let columns = "u.id, u.version, u.created, u.modified, u.name, u.external_id"

    init(_ row: Row) throws {
        id = try row.uuid(0)
        version = try row.int(1)
        created = Instant(try row.timestamptz(2))
        modified = Instant(try row.timestamptz(3))
        name = try row.text(4)
        externalID = try row.optionalText(5)
        members = []
    }

    init(id: UUIDBytes, document: JSONObject, at now: Instant) throws(SCIMError) {
        self.id = id
        version = 1
        created = now
        modified = now
        name = ""
        members = []
        try set(document)
    }

    /// - Throws: ``SCIMError`` `invalidValue` where a member is no identifier of a User.
    mutating func set(_ document: JSONObject) throws(SCIMError) {
        name = document["displayName"]?.string ?? ""
        externalID = document["externalId"]?.string
        var members: [UUIDBytes] = []
        for (index, member) in (document["members"]?.array ?? []).enumerated() {
            guard let id = member["value"]?.string.flatMap({ UUIDBytes($0) }) else {
                throw .bad(.invalidValue, "members[\(index)].value: expected the id of a User")
            }
            members.append(id)
        }
        self.members = Set(members).sorted()
    }

    var document: JSONObject {
        var document = JSONObject()
        if let externalID { document.append("externalId", .string(externalID)) }
        document.append("displayName", .string(name))
        if !members.isEmpty {
            document.append("members", .array(members.map { ["value": .string($0.description)] }))
        }
        return document
    }

    /// Whether the other says the same.
    func says(_ other: UnitRecord) -> Bool {
        name == other.name && externalID == other.externalID && members == other.members
    }

    var representation: SCIMRepresentation {
        SCIMRepresentation(
            type: .group, id: id, version: version, created: created, modified: modified, document: document)
    }
}
