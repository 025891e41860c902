import Models

/// A text with `{name}` in it.
struct URLTemplate: Hashable, Sendable {
    enum Part: Hashable, Sendable {
        case text(String)
        case value(String)
    }

    let parts: [Part]

    /// - Throws: ``InvalidValue`` where a brace is not closed.
    init(_ text: String) throws(InvalidValue) {
        var parts: [Part] = []
        var rest = text[...]
        while let open = rest.firstIndex(of: "{") {
            if open > rest.startIndex { parts.append(.text(String(rest[..<open]))) }
            guard let close = rest[open...].firstIndex(of: "}") else {
                throw InvalidValue(field: "template", expected: "a closing brace", got: "the end")
            }
            parts.append(.value(String(rest[rest.index(after: open)..<close])))
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { parts.append(.text(String(rest))) }
        self.parts = parts
    }

    var names: [String] {
        parts.compactMap { if case .value(let name) = $0 { name } else { nil } }
    }

    /// - Parameter encode: How a value is made part of the text; the first part is taken as it is, because a hook may
    ///   give the address's beginning.
    func filled(_ values: [String: String], encode: (String) -> String) -> String {
        var text = ""
        for (index, part) in parts.enumerated() {
            switch part {
            case .text(let words): text += words
            case .value(let name):
                let value = values[name] ?? ""
                text += index == 0 ? value : encode(value)
            }
        }
        return text
    }
}
