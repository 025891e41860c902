import Models

/// An item that was refused: what the caller is told of it.
struct Rejection: Equatable, Sendable {
    /// The zero-based item of a batch or line of NDJSON; 0 for a single event.
    let index: Int
    let problem: Problem

    var json: JSONValue {
        [
            "index": .number(JSONNumber(index)), "pointer": .string(problem.pointer), "title": .string(problem.title),
            "detail": .string(problem.detail),
        ]
    }
}

extension Problem {
    /// The bytes of its words.
    var size: Int { pointer.utf8.count + title.utf8.count + detail.utf8.count }
}
