import HTTPTypes
import ServiceKit
import Synchronization

/// Keeps the memory of request bodies bounded. A request of a known length is let in when it fits into what is left; a
/// stream is let in with next to nothing and holds what it has in hand, so that senders who take their time keep nobody
/// else out.
final class Admission: Sendable {
    /// What a request costs beside its body: buffers, tasks, the parsed event.
    static let base = 64 * 1024

    /// Bytes for all requests in progress together.
    let budget: Int
    private let held = Mutex(0)

    /// - Parameter budget: Bytes for all requests in progress together.
    init(budget: Int) {
        self.budget = budget
    }

    /// Bytes that the requests in progress hold.
    var used: Int { held.withLock { $0 } }

    /// Runs `body` within the budget.
    ///
    /// - Throws: 429 with `Retry-After` when the budget is spent; what `body` throws.
    func admit<Result>(_ request: EventsRequest, _ body: (Holding) async throws -> Result) async throws -> Result {
        try await admit(bytes: Self.worstCase(of: request), body)
    }

    /// The same for a request of another kind.
    ///
    /// - Parameter bytes: The most that its body can have.
    func admit<Result>(bytes: Int, _ body: () async throws -> Result) async throws -> Result {
        try await admit(bytes: bytes) { (_: Holding) in try await body() }
    }

    /// Holds so many bytes, if they fit, until they are released.
    func hold(_ bytes: Int) -> Bool {
        held.withLock { held in
            guard held + bytes <= budget else { return false }
            held += bytes
            return true
        }
    }

    func release(_ bytes: Int) {
        held.withLock { $0 -= bytes }
    }

    private func admit<Result>(bytes: Int, _ body: (Holding) async throws -> Result) async throws -> Result {
        let holding = Holding(self)
        guard holding.hold(Self.base + bytes) else { throw Self.full }
        defer { holding.hold(0) }
        return try await body(holding)
    }

    /// 429: the budget is spent.
    static var full: ProblemDetails {
        ProblemDetails(
            .tooManyRequests, detail: "The service has as many events in hand as it can hold; send them again.",
            headers: [.retryAfter: "1"])
    }

    private static func worstCase(of request: EventsRequest) -> Int {
        switch request.form {
        case .structured, .binary: return request.contentLength ?? request.form.bodyLimit ?? Limits.body
        case .batch:
            // The body, and the slices of it that are being stored.
            let body = request.contentLength ?? request.form.bodyLimit ?? Limits.body
            return body + min(body, Limits.slicesAtOnce * Limits.sliceBytes)
        case .lines: return 0
        }
    }

    /// What one request holds of the budget.
    final class Holding: Sendable {
        private let admission: Admission
        private let bytes = Mutex(0)

        fileprivate init(_ admission: Admission) {
            self.admission = admission
        }

        /// Holds so many bytes in place of what it held.
        ///
        /// - Returns: Whether they fit. If not it holds what it held; less always fits.
        @discardableResult
        func hold(_ wanted: Int) -> Bool {
            bytes.withLock { bytes in
                let more = wanted - bytes
                let fits = admission.held.withLock { held in
                    guard more <= 0 || held + more <= admission.budget else { return false }
                    held += more
                    return true
                }
                if fits { bytes = wanted }
                return fits
            }
        }

        /// Holds so many bytes beside ``Admission/base``, as soon as they fit.
        ///
        /// - Throws: 429 where they do not for ten seconds; `CancellationError`.
        func holdSoon(_ wanted: Int) async throws {
            let deadline = ContinuousClock.now + .seconds(10)
            while !hold(Admission.base + wanted) {
                guard ContinuousClock.now < deadline else { throw Admission.full }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }
}
