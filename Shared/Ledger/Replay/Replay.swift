package import EventLog
package import Models
import Postgres

/// Rebuilds an organisation's projections from the log, and announces nothing.
///
/// Works in one transaction under the lock of scoring's position: services go on afterwards, and a worker that
/// remembers the organisation notices that somebody else wrote. Notices, and published scores of other days, stay as
/// they are; a score of the scored day that comes out differently is published anew.
///
/// Needs the owner's connection: no service may delete facts.
package struct Replay: Sendable {
    /// What was rebuilt.
    package struct Summary: Sendable, Hashable {
        package var events = 0
        /// The day that the scores stand at; nil where no turn has come yet, so that nothing is scored.
        package var day: Day?
    }

    private let log: LogConsumer
    private let parallelism: Int

    /// - Parameter log: Scoring's consumer, with a pool of the owner's connections.
    package init(log: LogConsumer, parallelism: Int = 4) {
        self.log = log
        self.parallelism = parallelism
    }

    /// - Throws: ``PostgresError``, ``LogError``, ``LedgerError``; nothing is changed then.
    package func run(_ organization: OrganizationID) async throws -> Summary {
        let summary = try await log.withPosition(ifTaken: .wait) { connection in
            try await rebuild(organization, connection)
        }
        return summary ?? Summary()
    }

    private func rebuild(_ organization: OrganizationID, _ connection: Connection) async throws -> Summary {
        _ = try await connection.pipeline(
            [OrganizationState.enter(organization)] + ReplayStatements.clear(organization))
        var summary = Summary()
        for try await page in LogReplay(connection, organization: organization) {
            _ = try await connection.pipeline([
                FactStatements.insert(page, organization: organization),
                FactStatements.assignUnits(ofGaps: FactStatements.identified(page), organization: organization),
            ])
            summary.events += page.count
        }
        // A name that no worker has: whoever remembers the organisation reads it anew.
        let transaction = OrganizationTransaction(
            connection: connection, organization: organization, worker: UUIDBytes.random(), clock: .database,
            parallelism: parallelism)
        summary.day = try await transaction.rebuild()
        return summary
    }
}
