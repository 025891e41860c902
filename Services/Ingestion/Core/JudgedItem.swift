import Crypto
import EventLog
import Models

/// One item of a request after its judgement.
enum JudgedItem: Sendable {
    case valid(LogEntry)
    /// With what the quarantine may keep of it. Apart, because the others are many and small.
    indirect case rejected(RejectedEvent)
    /// A type that the caller's token may not send.
    case forbidden(EventType)
}

extension JudgedItem {
    /// A line of NDJSON that is no JSON says which line it is; everything else is as it was.
    func atLine(_ number: Int) -> JudgedItem {
        guard case .rejected(let event) = self, event.problem.kind == .envelope, event.problem.pointer.isEmpty else {
            return self
        }
        let problem = event.problem.inside(saying: "line \(number + 1) of the body: ")
        return .rejected(
            RejectedEvent(
                problem: problem, type: event.type, source: event.source, id: event.id, body: event.body,
                bodyHash: event.bodyHash))
    }
}

extension RejectedEvent {
    /// Of an event that can't be read, or must not be kept: its problem and the hash of its bytes alone.
    init(_ problem: Problem, hash: [UInt8]) {
        self.init(problem: problem, type: nil, source: nil, id: nil, body: nil, bodyHash: hash)
    }

    /// Of bytes that can't be parsed.
    init(_ problem: Problem, bytes: [UInt8]) {
        self.init(problem, hash: Array(SHA256.hash(data: bytes)))
    }
}
