import Models

/// One method of one path.
struct DocsOperation {
    static let methods: Set<String> = ["get", "put", "post", "delete", "options", "head", "patch", "trace"]

    private let path: String
    private let method: String
    private let operation: JSONValue
    private let parameters: [JSONValue]
    private let document: JSONValue

    /// - Parameter item: The path's, whose parameters are each method's too.
    init(path: String, method: String, item: JSONValue, in document: JSONValue) {
        self.path = path
        self.method = method
        self.document = document
        operation = item[method] ?? .null
        parameters = ((item["parameters"]?.array ?? []) + (operation["parameters"]?.array ?? []))
            .map { Self.resolved($0, document) }
    }

    var tag: String { operation["tags"]?.array?.first?.string ?? "others" }
    var summary: String { operation["summary"]?.string ?? "" }
    var heading: Markup { .code("\(method.uppercased()) \(path)") }

    var anchor: String {
        "operation-" + (operation["operationId"]?.string ?? method + path.map { $0.isLetter || $0.isNumber ? $0 : "-" })
    }

    var markup: Markup {
        .element(
            "article", [("aria-labelledby", anchor)], .element("h3", [("id", anchor)], heading),
            .paragraph(summary), operation["description"]?.string.map(Markup.paragraph) ?? .nothing, access,
            parameterTable, body, answers)
    }

    private var access: Markup {
        let needed = (operation["security"] ?? document["security"])?.array ?? []
        return needed.isEmpty ? .paragraph("Open to all.") : .nothing
    }

    private var parameterTable: Markup {
        guard !parameters.isEmpty else { return .nothing }
        let rows = parameters.map { parameter in
            [
                Markup.code(parameter["name"]?.string ?? ""), Markup(text: parameter["in"]?.string ?? ""),
                DocsSchema(parameter["schema"] ?? .null).phrase, parameter["required"]?.bool == true ? "yes" : "no",
                Markup(text: parameter["description"]?.string ?? ""),
            ]
        }
        return heading("Parameters")
            + DocsTable(["Name", "Where", "Type", "Required", "Meaning"], rows).markup(
                "Parameters of \(method) \(path)")
    }

    private var body: Markup {
        let body = Self.resolved(operation["requestBody"] ?? .null, document)
        let contents = body["content"]?.object?.members ?? []
        guard !contents.isEmpty else { return .nothing }
        let rows = contents.map { content in
            let schema = DocsSchema(content.value["schema"] ?? .null)
            let notes =
                content.value.object?.members.filter { $0.name.hasPrefix("x-") }.compactMap(\.value.string) ?? []
            return [
                Markup.code(content.name), schema.phrase,
                Markup(text: ([schema.description] + notes).compactMap(\.self).joined(separator: " ")),
            ]
        }
        let isRequired = body["required"]?.bool == true
        return heading(isRequired ? "Body" : "Body (optional)")
            + (body["description"]?.string.map(Markup.paragraph) ?? .nothing)
            + DocsTable(["Content type", "Holds", "Notes"], rows).markup("Body of \(method) \(path)")
    }

    private var answers: Markup {
        let rows = (operation["responses"]?.object?.members ?? []).map { member in
            let answer = Self.resolved(member.value, document)
            let contents = (answer["content"]?.object?.members ?? []).map { content in
                Markup.code(content.name) + ": " + DocsSchema(content.value["schema"] ?? .null).phrase
            }
            let headers = (answer["headers"]?.object?.members ?? []).map { Markup.code($0.name) }
            return [
                Markup.code(member.name), Markup(text: answer["description"]?.string ?? ""),
                contents.joined(", "), headers.joined(", "),
            ]
        }
        return heading("Answers")
            + DocsTable(["Status", "Meaning", "Holds", "Header fields"], rows).markup("Answers of \(method) \(path)")
    }

    private func heading(_ text: String) -> Markup { .element("h4", [], Markup(text: text)) }

    /// What a `$ref` within the document points to; the value itself where it is none.
    private static func resolved(_ value: JSONValue, _ document: JSONValue) -> JSONValue {
        guard let reference = value["$ref"]?.string, reference.hasPrefix("#/") else { return value }
        return reference.dropFirst(2).split(separator: "/").reduce(document) { $0[String($1)] ?? .null }
    }
}
