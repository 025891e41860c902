import Models

/// A JSON schema in words.
struct DocsSchema {
    private let schema: JSONValue

    init(_ schema: JSONValue) { self.schema = schema }

    var description: String? { schema["description"]?.string }

    static func anchor(_ name: String) -> String { "schema-\(name)" }

    /// What it allows, in a few words with links to the schemas that it names.
    var phrase: Markup {
        if let reference = schema["$ref"]?.string { return Self.link(reference) }
        if let value = schema["const"] { return .code(value.serialized) }
        if let values = schema["enum"]?.array {
            return Markup(text: values.count > 1 ? "one of " : "")
                + values.map { Markup.code($0.string ?? $0.serialized) }.joined(", ")
        }
        for (keyword, word) in [("oneOf", " or "), ("anyOf", " or "), ("allOf", " and ")] {
            // Alternatives of required members alone say nothing about the type.
            guard let parts = schema[keyword]?.array, parts.allSatisfy({ $0["required"] == nil || $0["type"] != nil })
            else { continue }
            return parts.map { DocsSchema($0).phrase }.joined(Markup(text: word))
        }
        if schema["type"]?.string == "array" {
            return "list of " + DocsSchema(schema["items"] ?? .null).phrase + Markup(text: limits)
        }
        let types = schema["type"]?.array?.compactMap(\.string) ?? schema["type"]?.string.map { [$0] } ?? ["anything"]
        let format = schema["format"]?.string.map { " (\($0))" } ?? ""
        return Markup(text: types.joined(separator: " or ") + format + limits)
    }

    /// The whole schema: its description, and a table of its members where it has any.
    func block(named name: String) -> Markup {
        let rows = rows(under: "")
        let words = description.map(Markup.paragraph) ?? .nothing
        guard !rows.isEmpty else { return words + .element("p", [], phrase) }
        return words + rules
            + DocsTable(["Member", "Type", "Required", "Meaning"], rows).markup("Members of \(name)")
    }

    /// The members and, below each, those of the objects that stand in it.
    private func rows(under prefix: String) -> [[Markup]] {
        let required = Set((schema["required"]?.array ?? []).compactMap(\.string))
        return (schema["properties"]?.object?.members ?? []).flatMap { member in
            let inner = DocsSchema(member.value)
            let name = prefix + member.name
            let row = [
                Markup.code(name), inner.phrase, required.contains(member.name) ? "yes" : "no",
                Markup(text: inner.description ?? ""),
            ]
            let items = DocsSchema(member.value["items"] ?? .null)
            return [row] + inner.rows(under: "\(name).") + items.rows(under: "\(name)[].")
        }
    }

    /// Such as "exactly one of coach, provider".
    private var rules: Markup {
        let names = (schema["oneOf"]?.array ?? []).compactMap { $0["required"]?.array?.first?.string }
        return names.isEmpty ? .nothing : .element("p", [], "Exactly one of ", names.map(Markup.code).joined(", "), ".")
    }

    private var limits: String {
        let pairs = [
            ("minLength", "maxLength", " characters"), ("minimum", "maximum", ""), ("minItems", "maxItems", " items"),
        ]
        let texts = pairs.compactMap { lower, upper, unit -> String? in
            switch (schema[lower]?.serialized, schema[upper]?.serialized) {
            case (let least?, let most?): "\(least) to \(most)\(unit)"
            case (let least?, nil): "at least \(least)\(unit)"
            case (nil, let most?): "at most \(most)\(unit)"
            case (nil, nil): nil
            }
        }
        let usual = schema["default"].map { ["default \($0.string ?? $0.serialized)"] } ?? []
        return (texts + usual).map { ", \($0)" }.joined()
    }

    private static func link(_ reference: String) -> Markup {
        let name = String(reference.split(separator: "/").last ?? "")
        return .element("a", [("href", "#\(anchor(name))")], .code(name))
    }
}
