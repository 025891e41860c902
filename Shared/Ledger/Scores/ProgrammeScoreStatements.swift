import Models
import Postgres

/// The statements over `score.programme_current` and `score.programme_published`; as ``ScoreStatements``.
enum ProgrammeScoreStatements {
    static func store(
        _ scores: [ProgrammeScore], day: Day, policy: Int, organization: OrganizationID
    ) -> Statement {
        Statement(
            """
            WITH changed AS (
                INSERT INTO score.programme_current AS c
                    (organization_id, programme, delivered, changed, status, measures, day, policy_version, computed)
                SELECT $1, new.programme, new.delivered, new.changed, new.status, new.measures::jsonb,
                    $7, $8, statement_timestamp()
                FROM unnest($2::text[], $3::integer[], $4::integer[], $5::text[], $6::text[])
                    AS new (programme, delivered, changed, status, measures)
                ON CONFLICT (organization_id, programme) DO UPDATE
                SET delivered = excluded.delivered, changed = excluded.changed, status = excluded.status,
                    measures = excluded.measures, day = excluded.day, policy_version = excluded.policy_version,
                    computed = excluded.computed
                WHERE (c.day, c.policy_version, c.delivered, c.changed, c.status, c.measures)
                    IS DISTINCT FROM
                    (excluded.day, excluded.policy_version, excluded.delivered, excluded.changed, excluded.status,
                        excluded.measures)
                RETURNING c.*
            )
            INSERT INTO score.programme_published
                (organization_id, programme, day, computed, delivered, changed, status, measures, policy_version)
            SELECT organization_id, programme, day, computed, delivered, changed, status, measures, policy_version
            FROM changed
            """,
            [
                .int4(organization.rawValue),
                .textArray(scores.map(\.programme.rawValue)),
                .int4Array(scores.map { Int32($0.delivered) }),
                .int4Array(scores.map { Int32($0.changed) }),
                .textArray(scores.map(\.status.rawValue)),
                .textArray(scores.map { $0.measuresJSON.serialized }),
                .date(DateValue(day)),
                .int4(Int32(policy)),
            ])
    }

    /// All current scores: programme, day, delivered, changed, status, measures, policy version.
    static func all(organization: OrganizationID) -> Statement {
        Statement(
            """
            SELECT programme, day, delivered, changed, status, measures::text, policy_version
            FROM score.programme_current WHERE organization_id = $1
            """,
            [.int4(organization.rawValue)])
    }

    static func remove(_ programmes: [ProgrammeID], day: Day, policy: Int, organization: OrganizationID) -> Statement {
        Statement(
            """
            WITH gone AS (
                DELETE FROM score.programme_current WHERE organization_id = $1 AND programme = ANY($2)
                RETURNING programme, day
            )
            INSERT INTO score.programme_published (organization_id, programme, day, computed, measures, policy_version)
            SELECT $1, programme, day, statement_timestamp(), '{}', $4 FROM gone WHERE day = $3
            """,
            [
                .int4(organization.rawValue), .textArray(programmes.map(\.rawValue)), .date(DateValue(day)),
                .int4(Int32(policy)),
            ])
    }
}
