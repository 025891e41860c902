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
    package let kind: Kind
    /// What was expected, and of what kind it is that came: in our own words alone.
    private let words: String
    /// What came, as far as its sender is to see it again.
    private let quote: String?
    /// The part of the pointer whose names are the catalogue's, or a connector's, and not the event's own.
    private let knownPlace: String

    /// - Parameters:
    ///   - pointer: May hold names that the event alone knows; `knownPlace` is then what of it doesn't.
    ///   - detail: What was expected, and of what kind it is that came. Quotes nothing of the event.
    ///   - quote: What the event says there; shown behind `detail`.
    package init(
        pointer: String, knownPlace: String? = nil, title: String, detail: String, quoting quote: String? = nil,
        kind: Kind
    ) {
        self.pointer = pointer
        self.knownPlace = knownPlace ?? pointer
        self.title = title
        words = detail
        self.quote = quote
        self.kind = kind
    }

    /// What was expected and what came, which may be quoted.
    package var detail: String { quote.map { "\(words), got \($0)" } ?? words }

    /// The same without anything that the event says: what may be kept of somebody's personal learning.
    package var withoutQuotes: Problem {
        Problem(pointer: knownPlace, title: title, detail: words, kind: kind)
    }

    /// The same of an event that is, or stands, in something else.
    ///
    /// - Parameters:
    ///   - place: The pointer to where it stands.
    ///   - words: Said before the detail.
    package func inside(_ place: String = "", saying words: String = "") -> Problem {
        Problem(
            pointer: place + pointer, knownPlace: place + knownPlace, title: title, detail: words + self.words,
            quoting: quote, kind: kind)
    }

    package var description: String { "\(pointer): \(detail)" }
}
