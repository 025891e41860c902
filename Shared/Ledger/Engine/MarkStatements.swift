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
        Statement("DELETE FROM score.mark WHERE organization_id = $1 RETURNING unit", [.int4(organization.rawValue)])
    }

    static func read(_ rows: ResultSet) throws(PostgresError) -> Marked {
        var units: [PersonID] = []
        for row in rows {
            let unit = try row.text(0)
            if unit == everyone { return .everyone }
            units.append(PersonID(unchecked: unit))
        }
        return .units(units)
    }

    /// The organisations that have marks, or arrivals that wait with them: organisation.
    static let organizations = Statement(
        "SELECT organization_id FROM score.mark UNION SELECT organization_id FROM score.arrival")
}
