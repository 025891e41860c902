import Crypto
package import Hummingbird
package import Postgres
import Schema

/// Tells whose token a secret is, asking the database at most once a second for the same one.
///
/// Only valid tokens are remembered: a token made just now works at once, and a revoked one stops
/// working within ``lifetime``.
package final class TokenVerifier: Sendable {
    /// How long an answer is trusted.
    package static let lifetime = Duration.seconds(1)

    private struct Question: Hashable, Sendable {
        let digest: SHA256.Digest
        /// Only carried along: questions are told apart by the digest.
        let secret: Secret

        static func == (left: Question, right: Question) -> Bool { left.digest == right.digest }
        func hash(into hasher: inout Hasher) { hasher.combine(digest) }
    }

    /// What each token may send; counted beside the verdicts, so that no route is without.
    package let limits: RateLimits

    private let principals: SharedLookup<Question, Principal>

    /// - Parameters:
    ///   - now: What the lifetime is measured by; tests have their own.
    ///   - look: Finds the valid token of a secret; `nil` when there is none, or it is revoked or expired.
    package init(
        limits: RateLimits = RateLimits(), now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        look: @escaping @Sendable (_ secret: String) async throws -> Principal?
    ) {
        self.limits = limits
        principals = SharedLookup(lifetime: Self.lifetime, now: now) { try await look($0.secret.exposed) }
    }

    /// Looks tokens up in `onus.token`.
    package convenience init(
        pool: PostgresPool, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.init(now: now) { secret in
            try await pool.withConnection { connection in
                try await Tokens(connection).authenticate(TokenSecret(secret))
            }
        }
    }

    /// The principal of a secret, or `nil` when it is no valid token.
    package func principal(of secret: String) async throws -> Principal? {
        try await principals.value(
            for: Question(digest: SHA256.hash(data: Array(secret.utf8)), secret: Secret(secret)))
    }

    /// The principal of a secret, given as its bytes, where an answer about it is at hand that is still trusted; `nil`
    /// says nothing about the secret.
    package func known(_ secret: UnsafeBufferPointer<UInt8>) -> Principal? {
        principals.known(for: Question(digest: SHA256.hash(data: secret), secret: Secret("")))
    }

    /// Whether the token that a request was let in with is valid still, for requests that go on for long.
    package func isStillValid(_ request: Request) async throws -> Bool {
        guard let credentials = Credentials(request.headers[.authorization]) else { return false }
        return try await principal(of: credentials.secret) != nil
    }
}
