import Crypto
import Models
import Postgres

/// A statement that is what xAPI asks of one, with what it left to the store filled in.
struct XAPIStatement: Sendable {
    let id: UUIDBytes
    /// The time that it came with; without, its time is that of storing.
    let time: Instant?
    let parts: XAPIParts
    /// The statement that it makes void.
    let voids: UUIDBytes?
    /// The statement that is its object, where one is.
    let refers: UUIDBytes?
    /// As it is kept: `stored` and `authority`, which are ours to say, are not in it.
    let document: JSONObject
    /// Where it stands in the request.
    let pointer: String

    static let voided = "http://adlnet.gov/expapi/verbs/voided"
    static let names = XAPIParts.names.union(["id", "timestamp", "stored", "authority", "version"])

    /// - Parameters:
    ///   - pointer: Where it stands in the body.
    ///   - id: The one that the address names.
    init(
        _ value: JSONValue, at pointer: String, id named: UUIDBytes? = nil, version: XAPIVersion
    ) throws(Problem) {
        let reader = try XAPIReader(value, at: pointer, knowing: Self.names)
        self.pointer = pointer
        let own = try reader.uuid("id")
        if let own, let named, own != named {
            throw .statement(reader.place("id"), "expected the statementId of the address, or none")
        }
        id = named ?? own ?? .random()
        parts = try XAPIParts(reader, isNested: false, version: version)
        time = try reader.time("timestamp")
        _ = try reader.time("stored")
        if let authority = reader["authority"] {
            try XAPIActor.checkAuthority(authority, at: reader.place("authority"))
        }
        if let text = try reader.string("version") {
            let own = XAPIVersion(text)
            guard let own, version.isSecond || !own.isSecond else {
                throw .statement(
                    reader.place("version"), version.isSecond ? "expected 1.0.x or 2.0.x" : "expected 1.0.x")
            }
        }
        if case .statement(let target) = parts.object { refers = target } else { refers = nil }
        voids = parts.verb == Self.voided ? refers : nil
        guard parts.verb != Self.voided || refers != nil else {
            throw .statement(reader.place("object"), "expected a StatementRef to what is voided")
        }
        var document = reader.members.filter { !["stored", "authority", "id"].contains($0.name) }
        var completed = JSONObject()
        completed.append("id", .string("\(id)"))
        document = Self.withArrays(document)
        for member in document.members { completed.append(member) }
        completed.set("version", document["version"] ?? .string(version.ofStatements))
        self.document = completed
    }

    /// Of what may not differ between two statements of one identifier: everything but the identifier, the time (which
    /// is compared apart), what the store says, definitions of activities, how a verb is shown, the order of a group's
    /// members, and what is finer than a hundredth of a second in a duration.
    ///
    /// Source: xAPI 1.0.3, part 2, sections 2.3.1, "Statement Immutability", and 4.6.
    var digest: [UInt8] {
        let essence = document.filter { !["id", "timestamp", "version"].contains($0.name) }
        return Array(SHA256.hash(data: Array(Self.canonical(.object(essence)).serialized.utf8)))
    }

    /// Members by name, as far as they are compared; extensions are kept whole.
    private static func canonical(_ value: JSONValue, keepsAll: Bool = false) -> JSONValue {
        switch value {
        case .object(let object):
            var sorted = JSONObject()
            for member in object.members.sorted(by: { UTF8Order.precedes($0.name, $1.name) }) {
                if keepsAll || member.name == "extensions" {
                    sorted.append(member.name, canonical(member.value, keepsAll: true))
                } else if let compared = compared(member) {
                    sorted.append(member.name, compared)
                }
            }
            return .object(sorted)
        case .array(let array): return .array(array.map { canonical($0, keepsAll: keepsAll) })
        case .null, .bool, .number, .string: return value
        }
    }

    /// - Returns: `nil` for what may differ.
    private static func compared(_ member: JSONObject.Member) -> JSONValue? {
        switch (member.name, member.value) {
        case ("definition", _): nil
        case ("verb", .object(let verb)): canonical(.object(verb.filter { $0.name == "id" }))
        case ("member", .array(let members)):
            .array(
                members.map { canonical($0) }.sorted { UTF8Order.precedes($0.serialized, $1.serialized) })
        case ("duration", .string(let text)): .string(XAPIText.comparedDuration(text))
        default: canonical(member.value)
        }
    }

    /// Context activities are arrays, though one may come bare (section 2.4.6.2), in a sub-statement too.
    private static func withArrays(_ statement: JSONObject) -> JSONObject {
        var statement = statement
        if case .object(var context)? = statement["context"], let groups = context["contextActivities"]?.object {
            context.set(
                "contextActivities",
                .object(groups.mapValues { if case .object = $0 { .array([$0]) } else { $0 } }))
            statement.set("context", .object(context))
        }
        if case .object(let object)? = statement["object"], object["objectType"] == "SubStatement" {
            statement.set("object", .object(withArrays(object)))
        }
        return statement
    }
}
