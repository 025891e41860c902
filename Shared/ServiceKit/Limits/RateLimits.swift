import HTTPTypes
import Postgres
package import Schema
import Synchronization

/// Keeps every token of one process to its own rate. Replicas count by themselves: three let a token send thrice as much.
///
/// ``TokenAuthentication`` counts each request as one; who reads events from a request adds those beyond the first.
package final class RateLimits: Sendable {
    /// Buckets beyond these are made anew once they are full again.
    private static let mostKept = 1024

    private let buckets = Mutex<[UUIDBytes: TokenBucket]>([:])
    private let now: @Sendable () -> ContinuousClock.Instant
    private let sleep: @Sendable (Duration) async throws -> Void

    package init(
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.now = now
        self.sleep = sleep
    }

    /// Lets a request in, and counts it.
    ///
    /// - Throws: ``ProblemDetails`` 429, with the whole seconds until the token may send again.
    package func admit(_ token: AuthenticatedToken) throws(ProblemDetails) {
        guard let wait = withBucket(of: token, { $0.admit(at: $1) }), let rate = token.rate else { return }
        throw ProblemDetails(
            .tooManyRequests,
            detail: "This token may send \(rate) events a second, and has sent more; send them later.",
            headers: [.retryAfter: "\(Self.wholeSeconds(wait))"])
    }

    /// Counts a request where the token may send one now; where it may not, nothing is counted.
    package func allows(_ token: AuthenticatedToken) -> Bool {
        withBucket(of: token) { $0.admit(at: $1) } == nil
    }

    /// Whether the token may send one now, as it looks: nothing is counted, and somebody may be quicker.
    package func hasRoom(for token: AuthenticatedToken) -> Bool {
        guard let rate = token.rate else { return true }
        let now = now()
        return buckets.withLock { buckets in
            guard let bucket = buckets[token.id], bucket.rate == rate else { return true }
            return bucket.hasRoom(at: now)
        }
    }

    /// Counts events of a request that is in hand: they pass, and the requests after it wait for them.
    package func charge(_ token: AuthenticatedToken, events: Int) {
        _ = withBucket(of: token) { $0.take(events, at: $1) }
    }

    /// Counts events of a stream, and holds it up until they would have been allowed.
    ///
    /// - Throws: `CancellationError` where the caller went away meanwhile.
    package func pace(_ token: AuthenticatedToken, events: Int) async throws {
        guard let wait = withBucket(of: token, { $0.take(events, at: $1) }) else { return }
        try await sleep(wait)
    }

    private func withBucket(
        of token: AuthenticatedToken, _ body: (inout TokenBucket, ContinuousClock.Instant) -> Duration?
    ) -> Duration? {
        guard let rate = token.rate else { return nil }
        let now = now()
        return buckets.withLock { buckets in
            var bucket = buckets[token.id] ?? TokenBucket(rate: rate, at: now)
            if bucket.rate != rate { bucket = TokenBucket(rate: rate, at: now) }
            let wait = body(&bucket, now)
            if buckets[token.id] == nil, buckets.count >= Self.mostKept { Self.dropFull(&buckets, now) }
            buckets[token.id] = bucket
            return wait
        }
    }

    private static func dropFull(_ buckets: inout [UUIDBytes: TokenBucket], _ now: ContinuousClock.Instant) {
        buckets = buckets.filter { entry in
            var bucket = entry.value
            return !bucket.isFull(at: now)
        }
    }

    /// Rounded up, at least 1.
    private static func wholeSeconds(_ wait: Duration) -> Int64 {
        let (seconds, attoseconds) = wait.components
        return max(1, seconds + (attoseconds > 0 ? 1 : 0))
    }
}
