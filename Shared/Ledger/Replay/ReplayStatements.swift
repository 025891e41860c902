import Models
import Postgres

/// The statements of a replay.
enum ReplayStatements {
    /// Empties what a replay rebuilds row by row. Current scores stay: they are compared with what comes out.
    ///
    /// What waits to be announced still waits: arrivals stay, since an event keeps its identity, and for units that wait
    /// everybody is marked.
    static func clear(_ organization: OrganizationID) -> [Statement] {
        [
            """
            INSERT INTO score.mark (organization_id, unit) SELECT $1, ''
            WHERE EXISTS (SELECT FROM score.mark WHERE organization_id = $1)
                OR EXISTS (SELECT FROM score.turn WHERE organization_id = $1)
            ON CONFLICT (organization_id, unit) DO NOTHING
            """,
            "DELETE FROM facts.event WHERE organization_id = $1",
            "DELETE FROM score.contribution WHERE organization_id = $1",
            "DELETE FROM score.tally WHERE organization_id = $1",
            "DELETE FROM score.deadline WHERE organization_id = $1",
            "DELETE FROM score.turn WHERE organization_id = $1",
            "DELETE FROM score.parked WHERE organization_id = $1",
        ].map { Statement($0, [.int4(organization.rawValue)]) }
    }

    /// The stored facts of the identities, with every column that a replay would write, save the unit.
    static func facts(_ identities: [UUIDBytes], of organization: OrganizationID) -> Statement {
        Statement(
            """
            SELECT identity, type, day, time, source, id, recorded, person, gap, actor, role, programme, target, data,
                packed
            FROM facts.event WHERE organization_id = $1 AND identity = ANY($2)
            """,
            [.int4(organization.rawValue), .uuidArray(identities)])
    }

    /// Facts of no event: source, id.
    static func factsOutsideLog(_ organization: OrganizationID) -> Statement {
        Statement(
            """
            SELECT f.source, f.id FROM facts.event AS f
            WHERE f.organization_id = $1 AND NOT EXISTS (
                SELECT FROM log.every_event AS e WHERE e.organization_id = $1 AND e.identity = f.identity)
            """,
            [.int4(organization.rawValue)])
    }

    /// Packed facts whose unit isn't the one that ``FactStatements/insert(_:organization:)`` and
    /// ``FactStatements/assignUnits(ofGaps:organization:)`` give: source, id.
    static func factsOfOtherUnits(_ organization: OrganizationID) -> Statement {
        Statement(
            """
            WITH owner AS (
                SELECT gap, CASE WHEN min(person) = max(person) THEN min(person) END AS person
                FROM facts.event WHERE organization_id = $1 AND gap IS NOT NULL AND type = 5
                GROUP BY gap
            )
            SELECT f.source, f.id FROM facts.event AS f LEFT JOIN owner USING (gap)
            WHERE f.organization_id = $1 AND f.packed IS NOT NULL AND f.unit IS DISTINCT FROM
                CASE
                WHEN f.type IN (4, 10, 14) THEN f.person
                WHEN f.type BETWEEN 5 AND 9 THEN owner.person
                WHEN f.type = 13 THEN CASE WHEN owner.gap IS NULL THEN f.actor ELSE owner.person END
                END
            """,
            [.int4(organization.rawValue)])
    }

    static func parked(_ organization: OrganizationID) -> Statement {
        Statement(
            "SELECT identity FROM score.parked WHERE organization_id = $1", [.int4(organization.rawValue)])
    }

    /// Units that something is stored of and no fact names: projection, unit.
    static func unknownUnits(_ organization: OrganizationID) -> Statement {
        Statement(
            """
            SELECT DISTINCT stored.projection, stored.unit
            FROM (
                SELECT 'contribution', unit FROM score.contribution WHERE organization_id = $1
                UNION ALL SELECT 'deadline', unit FROM score.deadline WHERE organization_id = $1
            ) AS stored (projection, unit)
            WHERE NOT EXISTS (
                    SELECT FROM facts.event AS f
                    WHERE f.organization_id = $1 AND f.person = stored.unit AND f.person IS NOT NULL)
                AND NOT EXISTS (
                    SELECT FROM facts.event AS f WHERE f.organization_id = $1 AND f.type = 13 AND f.actor = stored.unit)
            """,
            [.int4(organization.rawValue)])
    }
}
