import EventLog
import Models
import Postgres
import ServiceKit
import Synchronization

/// Up to when lists of statements are complete, by the database's clock and the transactions that are under way there.
final class XAPIConsistency: Sendable {
    private let moments: SharedLookup<Int, Instant>
    private let last = Mutex<Instant?>(nil)

    init(pool: PostgresPool) {
        // The database looks at all its locks for it: not for each request.
        moments = SharedLookup(lifetime: .milliseconds(200)) { _ in
            Instant(try await pool.query("SELECT learner.consistent_through()").only().timestamptz(0))
        }
    }

    /// Every statement that was stored before this is there for whoever reads after the call.
    ///
    /// - Returns: `nil` as long as the database has not answered once.
    func through() async -> Instant? {
        do {
            guard let moment = try await moments.value(for: 0) else { return nil }
            last.withLock { $0 = moment }
            return moment
        } catch {
            // What it has said before holds.
            return last.withLock(\.self)
        }
    }
}
