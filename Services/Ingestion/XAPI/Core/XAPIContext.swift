import Models
import Postgres

/// The context of a statement.
///
/// Source: xAPI 1.0.3, part 2, section 2.4.6; IEEE 9274.1.1 (2.0) adds `contextAgents` and `contextGroups`.
struct XAPIContext: Sendable {
    let registration: UUIDBytes?
    /// Instructor, team, and those of 2.0.
    let actors: [XAPIActor]
    let activities: [XAPIActivity]
    let platform: String?
    let extensions: JSONObject
    /// A member that may only stand beside an Activity, where there is one.
    let activityOnly: String?

    private static let names: Set<String> = [
        "registration", "instructor", "team", "contextActivities", "revision", "platform", "language", "statement",
        "extensions",
    ]
    /// Of 2.0 alone.
    private static let secondNames: Set<String> = ["contextAgents", "contextGroups"]

    init(_ value: JSONValue, at pointer: String, version: XAPIVersion) throws(Problem) {
        let reader = try XAPIReader(
            value, at: pointer, knowing: version.isSecond ? Self.names.union(Self.secondNames) : Self.names)
        registration = try reader.uuid("registration")
        platform = try reader.string("platform")
        let revision = try reader.string("revision")
        activityOnly = revision != nil ? "revision" : platform != nil ? "platform" : nil
        if let language = try reader.string("language"), !XAPIText.isLanguage(language) {
            throw .statement(reader.place("language"), "expected a language tag")
        }
        if let reference = reader["statement"] {
            _ = try XAPIObject.reference(reference, at: reader.place("statement"))
        }
        try reader.extensions()
        extensions = reader["extensions"]?.object ?? JSONObject()
        actors = try Self.actors(reader)
        activities = try Self.activities(reader)
    }

    private static func actors(_ reader: XAPIReader) throws(Problem) -> [XAPIActor] {
        var actors: [XAPIActor] = []
        if let instructor = reader["instructor"] {
            actors.append(try XAPIActor(instructor, at: reader.place("instructor")))
        }
        if let team = reader["team"] {
            let group = try XAPIActor(team, at: reader.place("team"))
            guard group.isGroup else { throw .statement(reader.place("team"), "expected a Group") }
            actors.append(group)
        }
        for (name, inner) in [("contextAgents", "agent"), ("contextGroups", "group")] {
            for (index, entry) in (try reader.array(name) ?? []).enumerated() {
                let place = JSONPointer.appending(index, to: reader.place(name))
                let part = try XAPIReader(entry, at: place, knowing: ["objectType", inner, "relevantTypes"])
                guard try part.string("objectType") == String(name.dropLast()) else {
                    throw .statement(part.place("objectType"), "expected \(name.dropLast())")
                }
                let actor = try XAPIActor(try part.required(inner), at: part.place(inner))
                guard actor.isGroup == (inner == "group") else {
                    throw .statement(part.place(inner), "expected \(inner == "group" ? "a Group" : "an Agent")")
                }
                try part.iris("relevantTypes")
                actors.append(actor)
            }
        }
        return actors
    }

    private static func activities(_ reader: XAPIReader) throws(Problem) -> [XAPIActivity] {
        guard let given = reader["contextActivities"] else { return [] }
        let names = ["parent", "grouping", "category", "other"]
        let groups = try XAPIReader(given, at: reader.place("contextActivities"), knowing: Set(names))
        var activities: [XAPIActivity] = []
        for name in names {
            guard let value = groups[name] else { continue }
            guard case .array(let list) = value else {
                activities.append(try XAPIActivity(value, at: groups.place(name)))
                continue
            }
            for (index, activity) in list.enumerated() {
                activities.append(
                    try XAPIActivity(activity, at: JSONPointer.appending(index, to: groups.place(name))))
            }
        }
        return activities
    }
}
