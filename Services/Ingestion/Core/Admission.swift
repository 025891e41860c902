import HTTPTypes
import ServiceKit
import Synchronization

/// Keeps the memory of request bodies bounded: a request is let in when its worst case fits into what is left.
final class Admission: Sendable {
    /// What a request costs beside its body: buffers, tasks, the parsed event.
    private static let base = 64 * 1024

    private let left: Mutex<Int>

    /// - Parameter budget: Bytes for all requests in progress together.
    init(budget: Int) {
        left = Mutex(budget)
    }

    /// Runs `body` within the budget.
    ///
    /// - Throws: 429 with `Retry-After` when the budget is spent; what `body` throws.
    func admit<Result>(_ request: EventsRequest, _ body: () async throws -> Result) async throws -> Result {
        try await admit(bytes: Self.worstCase(of: request), body)
    }

    /// The same for a request of another kind.
    ///
    /// - Parameter bytes: The most that its body can have.
    func admit<Result>(bytes: Int, _ body: () async throws -> Result) async throws -> Result {
        let cost = Self.base + bytes
        let isAdmitted = left.withLock { left in
            guard left >= cost else { return false }
            left -= cost
            return true
        }
        guard isAdmitted else {
            throw ProblemDetails(
                .tooManyRequests, detail: "The service has as many events in hand as it can hold; send them again.",
                headers: [.retryAfter: "1"])
        }
        defer { left.withLock { $0 += cost } }
        return try await body()
    }

    private static func worstCase(of request: EventsRequest) -> Int {
        switch request.form {
        case .structured, .binary, .batch: request.contentLength ?? request.form.bodyLimit ?? Limits.body
        case .lines: Limits.sliceBytes
        }
    }
}
