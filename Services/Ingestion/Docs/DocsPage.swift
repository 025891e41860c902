import Models

/// An OpenAPI document as a page for people: every operation with its parameters, bodies and answers, and every schema.
///
/// One page without scripts or outside resources, made from whatever the document holds.
struct DocsPage {
    private let document: JSONValue

    init(_ document: JSONValue) { self.document = document }

    var html: String {
        let title = document["info"]?["title"]?.string ?? "Interface"
        let head = Markup.element(
            "head", [], .void("meta", [("charset", "utf-8")]),
            .void("meta", [("name", "viewport"), ("content", "width=device-width, initial-scale=1")]),
            .element("title", [], Markup(text: title)), .style(DocsStyle.sheet))
        let main = Markup.element(
            "main", [("id", "main"), ("tabindex", "-1")], introduction(title), contents,
            groups.map(section).joined(), schemas)
        let skip = Markup.element("a", [("class", "skip"), ("href", "#main")], "Skip to the content")
        return (Markup.doctype + .element("html", [("lang", "en")], head, .element("body", [], skip, main))).html
    }

    // MARK: The beginning

    private func introduction(_ title: String) -> Markup {
        let schemes = document["components"]?["securitySchemes"]?.object?.members ?? []
        let ways = schemes.map { scheme in
            let words = [scheme.value["scheme"]?.string.map { "HTTP \($0)." }, scheme.value["description"]?.string]
            return Markup.element(
                "p", [], .element("strong", [], "Authentication: "),
                Markup(text: words.compactMap(\.self).joined(separator: " ")))
        }
        return .element("h1", [], Markup(text: title)) + .paragraph(document["info"]?["summary"]?.string ?? "")
            + .element(
                "p", [], "For programs: ",
                .element("a", [("href", "openapi.json")], Markup(text: "OpenAPI \(document["openapi"]?.string ?? "")")))
            + ways.joined()
    }

    private var contents: Markup {
        let items = groups.map { group in
            let operations = group.operations.map { operation in
                Markup.element(
                    "li", [], .element("a", [("href", "#\(operation.anchor)")], operation.heading),
                    Markup(text: " \(operation.summary)"))
            }
            let list = operations.isEmpty ? Markup.nothing : .element("ul", [], operations.joined())
            return Markup.element(
                "li", [], .element("a", [("href", "#\(group.anchor)")], Markup(text: group.name)), list)
        }
        let last = Markup.element("li", [], .element("a", [("href", "#schemas")], "schemas"))
        return .element(
            "nav", [("aria-labelledby", "contents")], .element("h2", [("id", "contents")], "Contents"),
            .element("ul", [], items.joined(), last))
    }

    // MARK: Operations, by their tags

    private struct Group {
        let name: String
        let description: String?
        let link: String?
        var operations: [DocsOperation] = []

        var anchor: String { "tag-\(name)" }
    }

    /// The tags in the document's order, then those that only an operation names.
    private var groups: [Group] {
        var groups = (document["tags"]?.array ?? []).map { tag in
            Group(
                name: tag["name"]?.string ?? "", description: tag["description"]?.string,
                link: tag["externalDocs"]?["url"]?.string)
        }
        for path in document["paths"]?.object?.members ?? [] {
            for method in path.value.object?.members ?? [] where DocsOperation.methods.contains(method.name) {
                let operation = DocsOperation(path: path.name, method: method.name, item: path.value, in: document)
                if let index = groups.firstIndex(where: { $0.name == operation.tag }) {
                    groups[index].operations.append(operation)
                } else {
                    groups.append(Group(name: operation.tag, description: nil, link: nil, operations: [operation]))
                }
            }
        }
        return groups
    }

    private func section(_ group: Group) -> Markup {
        let link = group.link.map { Markup.element("p", [], .element("a", [("href", $0)], Markup(text: $0))) }
        return .element(
            "section", [("aria-labelledby", group.anchor)],
            .element("h2", [("id", group.anchor)], Markup(text: group.name)),
            group.description.map(Markup.paragraph) ?? .nothing, link ?? .nothing,
            group.operations.map(\.markup).joined())
    }

    // MARK: Schemas

    private var schemas: Markup {
        let members = document["components"]?["schemas"]?.object?.members ?? []
        let articles = members.map { member in
            let anchor = DocsSchema.anchor(member.name)
            return Markup.element(
                "article", [("aria-labelledby", anchor)],
                .element("h3", [("id", anchor)], .code(member.name)), DocsSchema(member.value).block(named: member.name)
            )
        }
        return .element(
            "section", [("aria-labelledby", "schemas")], .element("h2", [("id", "schemas")], "schemas"),
            articles.joined())
    }
}
