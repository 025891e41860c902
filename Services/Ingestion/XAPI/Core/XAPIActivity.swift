import Models

/// An Activity: what it was done to.
///
/// Source: xAPI 1.0.3, part 2, section 2.4.4.1.
struct XAPIActivity: Sendable {
    let id: String
    /// Its name for people, in English where there is one.
    let name: String?

    private static let interactions: Set<String> = [
        "true-false", "choice", "fill-in", "long-fill-in", "matching", "performance", "sequencing", "likert", "numeric",
        "other",
    ]
    private static let components = ["choices", "scale", "source", "target", "steps"]

    init(_ value: JSONValue, at pointer: String) throws(Problem) {
        let reader = try XAPIReader(value, at: pointer, knowing: ["objectType", "id", "definition"])
        if let type = try reader.string("objectType"), type != "Activity" {
            throw .statement(reader.place("objectType"), "expected Activity")
        }
        id = try reader.requiredIRI("id")
        guard let definition = reader["definition"] else {
            name = nil
            return
        }
        try Self.check(definition, at: reader.place("definition"))
        let names = definition["name"]?.object?.members ?? []
        let english = names.first { $0.name == "en" } ?? names.first { $0.name.lowercased().hasPrefix("en-") }
        name = (english ?? names.first)?.value.string.flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func check(_ value: JSONValue, at pointer: String) throws(Problem) {
        let reader = try XAPIReader(
            value, at: pointer,
            knowing: Set(
                ["name", "description", "type", "moreInfo", "extensions", "interactionType", "correctResponsesPattern"]
                    + components))
        try reader.languageMap("name")
        try reader.languageMap("description")
        try reader.iri("type")
        try reader.iri("moreInfo")
        try reader.extensions()
        if let type = try reader.string("interactionType"), !interactions.contains(type) {
            throw .statement(reader.place("interactionType"), "expected one of the interaction types")
        }
        if reader["interactionType"] == nil,
            let name = (["correctResponsesPattern"] + components).first(where: { reader[$0] != nil })
        {
            throw .statement(reader.place("interactionType"), "expected a value beside \(name), got none")
        }
        for (index, pattern) in (try reader.array("correctResponsesPattern") ?? []).enumerated()
        where pattern.string == nil {
            throw .statement(
                JSONPointer.appending(index, to: reader.place("correctResponsesPattern")), "expected a string")
        }
        for name in components {
            var known: Set<String> = []
            for (index, component) in (try reader.array(name) ?? []).enumerated() {
                let part = try XAPIReader(
                    component, at: JSONPointer.appending(index, to: reader.place(name)), knowing: ["id", "description"])
                _ = try part.required("id")
                guard let id = try part.string("id"), known.insert(id).inserted else {
                    throw .statement(part.place("id"), "expected no identifier twice in one list")
                }
                try part.languageMap("description")
            }
        }
    }
}
