import Models
import Postgres

/// The object of a statement.
///
/// Source: xAPI 1.0.3, part 2, section 2.4.4.
enum XAPIObject: Sendable {
    case activity(XAPIActivity)
    case actor(XAPIActor)
    case statement(UUIDBytes)
    indirect case subStatement(XAPIParts)

    init(_ value: JSONValue, at pointer: String, isNested: Bool, version: XAPIVersion) throws(Problem) {
        let type = value["objectType"] ?? "Activity"
        switch type.string {
        case "Activity": self = .activity(try XAPIActivity(value, at: pointer))
        case "Agent", "Group": self = .actor(try XAPIActor(value, at: pointer))
        case "StatementRef": self = .statement(try Self.reference(value, at: pointer))
        case "SubStatement" where !isNested:
            let reader = try XAPIReader(
                value, at: pointer, knowing: XAPIParts.names.union(["objectType", "timestamp"]))
            _ = try reader.time("timestamp")
            self = .subStatement(try XAPIParts(reader, isNested: true, version: version))
        default:
            throw .statement(
                JSONPointer.appending("objectType", to: pointer),
                "expected one of Activity, Agent, Group, StatementRef\(isNested ? "" : ", SubStatement")")
        }
    }

    static func reference(_ value: JSONValue, at pointer: String) throws(Problem) -> UUIDBytes {
        let reader = try XAPIReader(value, at: pointer, knowing: ["objectType", "id"])
        guard try reader.string("objectType") == "StatementRef" else {
            throw .statement(reader.place("objectType"), "expected StatementRef")
        }
        _ = try reader.required("id")
        return try reader.uuid("id") ?? UUIDBytes(high: 0, low: 0)
    }
}
