import Models
import Postgres

/// Marks: units whose facts are written and whose contributions are still to be computed.
enum MarkStatements {
    /// What is to be computed.
    enum Marked: Sendable {
        case units([PersonID])
        /// Every unit: the organisation itself changed.
        case everyone
    }

    /// Stands for every unit; no identifier is empty.
    private static let everyone = ""

    static func mark(_ marked: Marked, organization: OrganizationID) -> Statement {
        let units =
            switch marked {
            case .units(let people): people.map(\.rawValue)
            case .everyone: [everyone]
            }
        return Statement(
            """
            INSERT INTO score.mark (organization_id, unit) SELECT $1, unnest($2::text[])
            ON CONFLICT (organization_id, unit) DO NOTHING
            """,
            [.int4(organization.rawValue), .textArray(units)])
    }

    /// Takes all marks of the organisation.
    static func clear(organization: OrganizationID) -> Statement {
        Statement("DELETE FROM score.mark WHERE organization_id = $1", [.int4(organization.rawValue)])
    }

    /// Takes the first marked units, in order: each a row.
    static func take(limit: Int, organization: OrganizationID) -> Statement {
        Statement(
            """
            WITH first AS MATERIALIZED (
                SELECT unit FROM score.mark WHERE organization_id = $1 ORDER BY unit LIMIT $2
            ), taken AS (
                DELETE FROM score.mark WHERE organization_id = $1 AND unit IN (SELECT unit FROM first) RETURNING unit
            )
            SELECT unit FROM taken ORDER BY unit
            """,
            [.int4(organization.rawValue), .int4(Int32(limit))])
    }

    /// The organisations that have marks, arrivals that wait with them, or a turn under way: organisation.
    static let organizations = Statement(
        """
        SELECT organization_id FROM score.mark UNION SELECT organization_id FROM score.arrival
        UNION SELECT organization_id FROM score.turn
        """)
}
