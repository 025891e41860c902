import Models

/// HTML in which all text is escaped: only this file writes angle brackets.
struct Markup: Sendable, ExpressibleByStringLiteral {
    private(set) var html: String

    /// Text as people read it.
    init(stringLiteral text: String) { self.init(text: text) }

    init(text: String) { html = HTMLText.escaped(text) }

    private init(html: String) { self.html = html }

    static let nothing = Markup(html: "")
    static let doctype = Markup(html: "<!DOCTYPE html>\n")

    /// - Parameters:
    ///   - name: Of an element that has an end tag.
    ///   - attributes: Their names are not escaped: never anything but literals.
    static func element(_ name: String, _ attributes: [(String, String)] = [], _ content: Markup...) -> Markup {
        let written = attributes.map { " \($0.0)=\"\(Markup(text: $0.1).html)\"" }.joined()
        return Markup(html: "<\(name)\(written)>\(content.map(\.html).joined())</\(name)>")
    }

    /// An element without content or end tag.
    static func void(_ name: String, _ attributes: [(String, String)]) -> Markup {
        Markup(html: "<\(name)" + attributes.map { " \($0.0)=\"\(Markup(text: $0.1).html)\"" }.joined() + ">\n")
    }

    /// A style sheet of ours, whose hash the policy names: written as it stands.
    static func style(_ sheet: StaticString) -> Markup { Markup(html: "<style>\(sheet)</style>") }

    static func code(_ text: String) -> Markup { element("code", [], Markup(text: text)) }
    static func paragraph(_ text: String) -> Markup { element("p", [], Markup(text: text)) }

    static func + (left: Markup, right: Markup) -> Markup { Markup(html: left.html + right.html) }
}

extension [Markup] {
    func joined(_ separator: Markup = .nothing) -> Markup {
        guard let first else { return .nothing }
        return dropFirst().reduce(first) { $0 + separator + $1 }
    }
}
