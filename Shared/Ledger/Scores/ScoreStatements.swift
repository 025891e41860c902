import Models
import Postgres

/// The statements over `score.current` and `score.published`.
///
/// A published row is written by the statement that finds the current one changed, so a score that stays the same is
/// published once a day, and each later change of that day has a row with its own time of computing.
enum ScoreStatements {
    static func store(
        _ scores: [ManagerScore], day: Day, policy: Int, organization: OrganizationID
    ) -> Statement {
        Statement(
            """
            WITH changed AS (
                INSERT INTO score.current AS c
                    (organization_id, manager, level, score, low, high, status, measures, day, policy_version, computed)
                SELECT $1, new.manager, new.level, new.score, new.low, new.high, new.status, new.measures::jsonb,
                    $9, $10, statement_timestamp()
                FROM unnest(
                    $2::text[], $3::double precision[], $4::double precision[], $5::double precision[],
                    $6::double precision[], $7::text[], $8::text[])
                    AS new (manager, level, score, low, high, status, measures)
                ON CONFLICT (organization_id, manager) DO UPDATE
                SET level = excluded.level, score = excluded.score, low = excluded.low, high = excluded.high,
                    status = excluded.status, measures = excluded.measures, day = excluded.day,
                    policy_version = excluded.policy_version, computed = excluded.computed
                WHERE (c.day, c.policy_version, c.status, c.level, c.score, c.low, c.high, c.measures)
                    IS DISTINCT FROM
                    (excluded.day, excluded.policy_version, excluded.status, excluded.level, excluded.score,
                        excluded.low, excluded.high, excluded.measures)
                RETURNING c.*
            )
            INSERT INTO score.published
                (organization_id, manager, day, computed, level, score, low, high, status, measures, policy_version)
            SELECT organization_id, manager, day, computed, level, score, low, high, status, measures, policy_version
            FROM changed
            """,
            [
                .int4(organization.rawValue),
                .textArray(scores.map(\.manager.rawValue)),
                .float8Array(scores.map(\.level)),
                .float8Array(scores.map(\.score)),
                .float8Array(scores.map(\.low)),
                .float8Array(scores.map(\.high)),
                .textArray(scores.map(\.status.rawValue)),
                .textArray(scores.map { $0.measuresJSON.serialized }),
                .date(DateValue(day)),
                .int4(Int32(policy)),
            ])
    }

    /// Removes the scores of managers for whom no measure applies any more. Where one had been published for this
    /// very day, a row without a status says that it is gone.
    static func remove(_ managers: [PersonID], day: Day, policy: Int, organization: OrganizationID) -> Statement {
        Statement(
            """
            WITH gone AS (
                DELETE FROM score.current WHERE organization_id = $1 AND manager = ANY($2) RETURNING manager, day
            )
            INSERT INTO score.published (organization_id, manager, day, computed, measures, policy_version)
            SELECT $1, manager, day, statement_timestamp(), '{}', $4 FROM gone WHERE day = $3
            """,
            [
                .int4(organization.rawValue), .textArray(managers.map(\.rawValue)), .date(DateValue(day)),
                .int4(Int32(policy)),
            ])
    }

    /// All current scores: manager, day, level, score, low, high, status, measures, policy version.
    static func all(organization: OrganizationID) -> Statement {
        Statement(
            """
            SELECT manager, day, level, score, low, high, status, measures::text, policy_version
            FROM score.current WHERE organization_id = $1
            """,
            [.int4(organization.rawValue)])
    }
}
