import Crypto
package import Postgres
import Schema
import Synchronization

/// Tells whose token a secret is, asking the database at most once a second for the same one.
///
/// Only valid tokens are remembered, by their hash: a token made just now works at once, and a revoked one stops
/// working within ``lifetime``.
package final class TokenVerifier: Sendable {
    /// How long an answer is trusted.
    package static let lifetime = Duration.seconds(1)
    private static let mostRemembered = 1024

    private struct Remembered {
        let principal: Principal
        let until: ContinuousClock.Instant
    }

    private let look: @Sendable (_ secret: String) async throws -> Principal?
    private let remembered = Mutex<[SHA256.Digest: Remembered]>([:])

    /// - Parameter look: Finds the valid token of a secret; `nil` when there is none, or it is revoked or expired.
    package init(look: @escaping @Sendable (_ secret: String) async throws -> Principal?) {
        self.look = look
    }

    /// Looks tokens up in `onus.token`.
    package convenience init(pool: PostgresPool) {
        self.init { secret in
            try await pool.withConnection { connection in
                try await Tokens(connection).authenticate(TokenSecret(secret))
            }
        }
    }

    /// The principal of a secret, or `nil` when it is no valid token.
    package func principal(of secret: String) async throws -> Principal? {
        let digest = SHA256.hash(data: Array(secret.utf8))
        let now = ContinuousClock.now
        if let known = remembered.withLock({ $0[digest] }), known.until > now {
            return known.principal
        }
        let principal = try await look(secret)
        remembered.withLock { all in
            if let principal {
                if all.count >= Self.mostRemembered {
                    all = all.filter { $0.value.until > now }
                }
                if all.count >= Self.mostRemembered {
                    all.removeAll()
                }
                // Counted from before the question: the answer is never older than the lifetime.
                all[digest] = Remembered(principal: principal, until: now + Self.lifetime)
            } else {
                all[digest] = nil
            }
        }
        return principal
    }
}
