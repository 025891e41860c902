/// Why bytes are not the JSON that Onus takes.
package struct JSONProblem: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Kind: Hashable, Sendable {
        /// Not JSON: nothing in it can be relied on. 400 for a body.
        case syntax
        /// JSON, but with something that is refused: a duplicate name, U+0000, an unpaired surrogate, a number beyond
        /// the range of a double, more than ``JSONParser/nestingLimit`` levels. A rejected event.
        case content
    }

    package let kind: Kind
    /// A JSON Pointer to the value that is refused; empty for `syntax`.
    package let pointer: String
    /// Where in the bytes, from 0.
    package let offset: Int
    /// Line and column, from 1, the column in bytes.
    package let line: Int
    package let column: Int
    /// What was expected and what came. Holds nothing of the document's text.
    package let detail: String

    package var description: String {
        switch kind {
        case .syntax: "line \(line), column \(column): \(detail)"
        case .content: "\(pointer): \(detail)"
        }
    }

    /// The problem as a refusal of the event that the document is.
    package var asEventProblem: Problem {
        switch kind {
        case .syntax: Problem(pointer: "", title: "Not JSON", detail: description, kind: .envelope)
        case .content:
            Problem(pointer: pointer, knownPlace: "", title: "Refused JSON", detail: detail, kind: .content)
        }
    }

    /// At most 40 characters of a text, for messages about dates and words of closed lists.
    package static func excerpt(_ text: String) -> String {
        let start = text.unicodeScalars.prefix(41)
        return start.count <= 40 ? "\"\(text)\"" : "\"\(String(String.UnicodeScalarView(start.dropLast())))…\""
    }
}
