import Models
import Postgres

/// The statements of a replay.
enum ReplayStatements {
    /// Empties what a replay rebuilds row by row. Current scores stay: they are compared with what comes out.
    static func clear(_ organization: OrganizationID) -> [Statement] {
        [
            "DELETE FROM facts.event WHERE organization_id = $1",
            "DELETE FROM score.contribution WHERE organization_id = $1",
            "DELETE FROM score.tally WHERE organization_id = $1",
            "DELETE FROM score.deadline WHERE organization_id = $1",
            "DELETE FROM score.mark WHERE organization_id = $1",
            "DELETE FROM score.arrival WHERE organization_id = $1",
            "DELETE FROM score.turn WHERE organization_id = $1",
            "DELETE FROM score.parked WHERE organization_id = $1",
        ].map { Statement($0, [.int4(organization.rawValue)]) }
    }

    /// Stored facts after an identity, in its order, with every column that a replay would write.
    static func facts(
        of organization: OrganizationID, after identity: UUIDBytes?, limit: Int
    ) -> Statement {
        Statement(
            """
            SELECT identity, type, day, time, source, id, recorded, person, gap, actor, role, programme, target, data
            FROM facts.event WHERE organization_id = $1 AND ($2::uuid IS NULL OR identity > $2)
            ORDER BY identity LIMIT $3
            """,
            [.int4(organization.rawValue), .uuid(identity), .int4(Int32(limit))])
    }

    static func parked(_ organization: OrganizationID) -> Statement {
        Statement(
            "SELECT identity FROM score.parked WHERE organization_id = $1", [.int4(organization.rawValue)])
    }

    static func contributions(_ organization: OrganizationID) -> Statement {
        Statement(
            "SELECT unit, scope, subject, body FROM score.contribution WHERE organization_id = $1",
            [.int4(organization.rawValue)])
    }

    static func deadlines(_ organization: OrganizationID) -> Statement {
        Statement(
            "SELECT unit, measure, manager, gap, day FROM score.deadline WHERE organization_id = $1",
            [.int4(organization.rawValue)])
    }
}
