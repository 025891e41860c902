/// Why an event is refused, and where.
package struct Problem: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Kind: Hashable, Sendable {
        /// The envelope is broken: 400 for a single event.
        case envelope
        /// The envelope holds, what it says does not: 422.
        case content
    }

    /// A JSON Pointer from the event in structured form; to the missing member where one is missing.
    package let pointer: String
    /// What is wrong, in a few fixed words.
    package let title: String
    /// What was expected and what came. Holds no free text of the event.
    package let detail: String
    package let kind: Kind

    package init(pointer: String, title: String, detail: String, kind: Kind) {
        self.pointer = pointer
        self.title = title
        self.detail = detail
        self.kind = kind
    }

    package var description: String { "\(pointer): \(detail)" }
}
