import HTTPTypes
import ServiceKit
import Synchronization

/// Keeps senders from running away from the consumers: shut when one has too much to read, open again when it has read
/// a fifth of that, so that it does not open and shut at every look.
final class BacklogGate: Sendable {
    private struct State {
        var events = 0
        var isShut = false
    }

    /// The most events that a consumer may have unread; 0: no limit.
    let limit: Int
    private let state = Mutex(State())

    init(limit: Int) {
        self.limit = limit
    }

    /// What the consumer that is furthest behind had not read when it was last looked at.
    var events: Int { state.withLock { $0.events } }

    var isShut: Bool { state.withLock { $0.isShut } }

    /// - Returns: Whether it has shut (true) or opened (false) by this; `nil` where it is as it was.
    @discardableResult
    func report(_ events: Int) -> Bool? {
        state.withLock { state in
            state.events = events
            let isShut = limit > 0 && events >= (state.isShut ? limit - limit / 5 : limit)
            guard isShut != state.isShut else { return nil }
            state.isShut = isShut
            return isShut
        }
    }

    /// - Throws: 429 with `Retry-After` where it is shut.
    func pass() throws(ProblemDetails) {
        guard !isShut else {
            throw ProblemDetails(
                .tooManyRequests, detail: "The events in the log wait to be read; send these again later.",
                headers: [.retryAfter: "5"])
        }
    }
}
