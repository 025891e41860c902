import EventLog
import Models
import Postgres
import ServiceKit
import Synchronization

/// Up to when lists of statements are complete, by the database's clock and the transactions that are under way there.
final class XAPIConsistency: Sendable {
    private struct State {
        var last: Instant?
        /// Until then a database that has not answered is not asked again: requests wait for it once, not twice.
        var silentUntil: ContinuousClock.Instant?
    }

    private let moments: SharedLookup<Int, Instant>
    private let state = Mutex(State())

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
        let (last, silentUntil) = state.withLock { ($0.last, $0.silentUntil) }
        // What it has said before holds.
        if let silentUntil, silentUntil > .now { return last }
        do {
            guard let moment = try await moments.value(for: 0) else { return last }
            state.withLock { $0 = State(last: moment) }
            return moment
        } catch {
            // Of a caller that went away nothing can be told about the database.
            if !Task.isCancelled { state.withLock { $0.silentUntil = .now + .seconds(1) } }
            return last
        }
    }
}
