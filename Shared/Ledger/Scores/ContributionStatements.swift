import Models
import Postgres

/// The statements over `score.contribution`: what each unit gives to each manager and programme.
enum ContributionStatements {
    /// What the units gave when they were last computed: unit, scope, subject, body.
    static func stored(for units: [PersonID], organization: OrganizationID) -> Statement {
        Statement(
            """
            SELECT unit, scope, subject, body FROM score.contribution WHERE organization_id = $1 AND unit = ANY($2)
            """,
            [.int4(organization.rawValue), .textArray(units.map(\.rawValue))])
    }

    /// The units that give to any of the managers, in order.
    static func units(givingTo managers: [PersonID], organization: OrganizationID) -> Statement {
        Statement(
            """
            SELECT DISTINCT unit FROM score.contribution
            WHERE organization_id = $1 AND scope = 'manager' AND subject = ANY($2) ORDER BY unit
            """,
            [.int4(organization.rawValue), .textArray(managers.map(\.rawValue))])
    }

    /// What the units after one, through another, gave when they were last computed: unit, scope, subject, body.
    static func stored(after unit: PersonID?, through last: PersonID, organization: OrganizationID) -> Statement {
        Statement(
            """
            SELECT unit, scope, subject, body FROM score.contribution
            WHERE organization_id = $1 AND unit > $2 AND unit <= $3
            """,
            [.int4(organization.rawValue), .text(unit?.rawValue ?? ""), .text(last.rawValue)])
    }

    /// Rows to write and to remove.
    struct Changes {
        private var written = Rows()
        private var removed = Rows()

        mutating func write(_ unit: PersonID, _ subject: Subject, _ body: [UInt8]) {
            written.append(unit, subject)
            written.bodies.append(body)
        }

        mutating func remove(_ unit: PersonID, _ subject: Subject) {
            removed.append(unit, subject)
        }

        func statements(_ organization: OrganizationID) -> [Statement] {
            (written.units.isEmpty ? [] : [upsert(written, organization)])
                + (removed.units.isEmpty ? [] : [delete(removed, organization)])
        }
    }

    /// Columns of rows.
    private struct Rows {
        var units: [String] = []
        var scopes: [String] = []
        var subjects: [String] = []
        /// Of rows to write.
        var bodies: [[UInt8]] = []

        mutating func append(_ unit: PersonID, _ subject: Subject) {
            units.append(unit.rawValue)
            scopes.append(subject.scope)
            subjects.append(subject.name)
        }
    }

    private static func upsert(_ rows: Rows, _ organization: OrganizationID) -> Statement {
        Statement(
            """
            INSERT INTO score.contribution (organization_id, unit, scope, subject, body)
            SELECT $1, new.* FROM unnest($2::text[], $3::text[], $4::text[], $5::bytea[]) AS new
            ON CONFLICT (organization_id, unit, scope, subject) DO UPDATE SET body = excluded.body
            """,
            [
                .int4(organization.rawValue), .textArray(rows.units), .textArray(rows.scopes),
                .textArray(rows.subjects), .byteaArray(rows.bodies),
            ])
    }

    private static func delete(_ rows: Rows, _ organization: OrganizationID) -> Statement {
        Statement(
            """
            DELETE FROM score.contribution AS c
            USING unnest($2::text[], $3::text[], $4::text[]) AS gone (unit, scope, subject)
            WHERE c.organization_id = $1 AND c.unit = gone.unit AND c.scope = gone.scope AND c.subject = gone.subject
            """,
            [
                .int4(organization.rawValue), .textArray(rows.units), .textArray(rows.scopes),
                .textArray(rows.subjects),
            ])
    }
}
