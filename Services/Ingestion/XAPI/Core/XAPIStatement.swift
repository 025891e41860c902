import Crypto
import Models
import Postgres

/// A statement that is what xAPI asks of one, with what it left to the store filled in.
struct XAPIStatement: Sendable {
    let id: UUIDBytes
    let time: Instant
    /// Whether it came with its time.
    let isTimed: Bool
    let parts: XAPIParts
    /// The statement that it makes void.
    let voids: UUIDBytes?
    /// As it is kept: `stored` and `authority`, which are ours to say, are not in it.
    let document: JSONObject
    /// Where it stands in the request.
    let pointer: String

    static let voided = "http://adlnet.gov/expapi/verbs/voided"
    private static let names = XAPIParts.names.union(["id", "timestamp", "stored", "authority", "version"])

    /// - Parameters:
    ///   - pointer: Where it stands in the body.
    ///   - id: The one that the address names.
    ///   - now: The time of a statement that comes without.
    init(
        _ value: JSONValue, at pointer: String, id named: UUIDBytes? = nil, version: XAPIVersion, now: Instant
    ) throws(Problem) {
        let reader = try XAPIReader(value, at: pointer, knowing: Self.names)
        self.pointer = pointer
        let own = try reader.uuid("id")
        if let own, let named, own != named {
            throw .statement(reader.place("id"), "expected the statementId of the address, or none")
        }
        id = named ?? own ?? .random()
        parts = try XAPIParts(reader, isNested: false)
        let given = try reader.time("timestamp")
        _ = try reader.time("stored")
        if let authority = reader["authority"] { _ = try XAPIActor(authority, at: reader.place("authority")) }
        if let text = try reader.string("version"), XAPIVersion(text) == nil {
            throw .statement(reader.place("version"), "expected 1.0.x or 2.0.x")
        }
        time = given ?? now
        isTimed = given != nil
        if parts.verb == Self.voided {
            guard case .statement(let target) = parts.object else {
                throw .statement(reader.place("object"), "expected a StatementRef to what is voided")
            }
            voids = target
        } else {
            voids = nil
        }
        var document = reader.members.filter { !["stored", "authority", "id"].contains($0.name) }
        var completed = JSONObject()
        completed.append("id", .string("\(id)"))
        if let context = document["context"] { document.set("context", Self.withArrays(context)) }
        for member in document.members { completed.append(member) }
        completed.set("timestamp", document["timestamp"] ?? .string(time.description))
        completed.set("version", document["version"] ?? .string(version.ofStatements))
        self.document = completed
    }

    /// Of what may not differ between two statements of one identifier: everything but the identifier, the time (which
    /// is compared apart), what the store says, and definitions of activities.
    ///
    /// Source: xAPI 1.0.3, part 2, section 2.2, "Statement Immutability".
    var digest: [UInt8] {
        let essence = document.filter { !["id", "timestamp", "version"].contains($0.name) }
        return Array(SHA256.hash(data: Array(Self.canonical(.object(essence)).serialized.utf8)))
    }

    /// Members by name, without definitions; extensions are kept whole.
    private static func canonical(_ value: JSONValue, keepsAll: Bool = false) -> JSONValue {
        switch value {
        case .object(let object):
            var sorted = JSONObject()
            for member in object.members.sorted(by: { UTF8Order.precedes($0.name, $1.name) })
            where keepsAll || member.name != "definition" {
                sorted.append(
                    member.name, canonical(member.value, keepsAll: keepsAll || member.name == "extensions"))
            }
            return .object(sorted)
        case .array(let array): return .array(array.map { canonical($0, keepsAll: keepsAll) })
        case .null, .bool, .number, .string: return value
        }
    }

    /// Context activities are arrays, though one may come bare (section 2.4.6.2).
    private static func withArrays(_ context: JSONValue) -> JSONValue {
        guard case .object(var members) = context, let groups = members["contextActivities"]?.object else {
            return context
        }
        members.set(
            "contextActivities",
            .object(groups.mapValues { if case .object = $0 { .array([$0]) } else { $0 } }))
        return .object(members)
    }
}
