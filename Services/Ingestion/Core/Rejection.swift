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
