import Connectors
import Models
import Synchronization

/// The access tokens of polls: each is fetched when it is first needed, and anew shortly before it ends. In memory alone.
final class AccessTokens: Sendable {
    private struct Kept {
        /// What brought it. Another secret or address brings another.
        let request: PollRun.Request
        let text: String
        let until: ContinuousClock.Instant
    }

    /// How long a token is used whose vendor does not say it.
    private static let standardLifetime = Duration.seconds(3600)
    /// How long before its end it is used no more: a page may be asked for a while after.
    private static let margin = Duration.seconds(60)

    private let kept = Mutex<[String: Kept]>([:])
    private let now: @Sendable () -> ContinuousClock.Instant

    init(now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        self.now = now
    }

    /// - Parameters:
    ///   - hook: Whose token; one process polls a hook at a time.
    ///   - fetch: Asks for a new one.
    func token(
        of hook: String, by request: PollRun.Request, fetch: () async throws -> AccessToken
    ) async throws -> String {
        let asked = now()
        let known = kept.withLock { $0[hook] }
        if let known, known.request == request, known.until > asked { return known.text }
        let token = try await fetch()
        let lifetime = token.lifetime ?? Self.standardLifetime
        let until = asked + max(lifetime - Self.margin, lifetime / 2)
        kept.withLock { $0[hook] = Kept(request: request, text: token.text, until: until) }
        return token.text
    }

    /// Uses this one no more.
    func forget(_ text: String, of hook: String) {
        kept.withLock { kept in
            if kept[hook]?.text == text { kept[hook] = nil }
        }
    }
}
