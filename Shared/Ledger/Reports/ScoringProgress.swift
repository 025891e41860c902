import EventLog
package import Models
package import Postgres

/// Waits until all that was in the log at one moment is scored and its notices are decided.
package struct ScoringProgress: Sendable {
    private let moment: LogSnapshot
    private let organization: OrganizationID
    private let consumer: String

    /// Takes the moment.
    package static func begin(
        _ organization: OrganizationID, consumer: String = "scoring", on connection: Connection
    ) async throws(PostgresError) -> ScoringProgress {
        ScoringProgress(
            moment: try await LogSnapshot.now(connection), organization: organization, consumer: consumer)
    }

    /// Whether scoring has read the log up to the moment, has computed what that touched as of today, and has written
    /// the notices; and where a notification service runs, whether it has planned their deliveries.
    package func isDone(_ connection: Connection) async throws -> Bool {
        guard try await LogStatus(connection).isCaughtUp(consumer, with: moment) else { return false }
        let results = try await connection.transaction(readOnly: true) { connection in
            try await connection.pipeline([
                OrganizationState.enter(organization),
                Statement(
                    """
                    SELECT coalesce(o.scored_day >= (now() AT TIME ZONE 'UTC')::date, false)
                        AND NOT EXISTS (SELECT FROM score.mark WHERE organization_id = $1)
                        AND NOT EXISTS (SELECT FROM score.arrival WHERE organization_id = $1)
                        AND NOT EXISTS (SELECT FROM score.turn WHERE organization_id = $1)
                        AND NOT (
                            EXISTS (SELECT FROM notice.pending WHERE organization_id = $1)
                            AND EXISTS (
                                SELECT FROM pg_stat_activity
                                WHERE datname = current_database() AND application_name LIKE 'onus-notification%'))
                    FROM onus.organization AS o WHERE o.id = $1
                    """,
                    [.int4(organization.rawValue)]),
            ])
        }
        return try results[1].first?.bool(0) ?? false
    }
}
