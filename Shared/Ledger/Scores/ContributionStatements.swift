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

    static func read(_ rows: ResultSet) throws -> [PersonID: Contributions] {
        var contributions: [PersonID: Contributions] = [:]
        for row in rows {
            try contributions[PersonID(unchecked: row.text(0)), default: Contributions()]
                .add(row.bytes(3), of: Subject(scope: row.text(1), name: row.text(2)))
        }
        return contributions
    }

    /// Brings what is stored from `old` to `new`, touching only rows that differ.
    static func replace(
        _ old: [PersonID: Contributions], with new: [PersonID: Contributions], organization: OrganizationID
    ) -> [Statement] {
        var written = Rows()
        var removed = Rows()
        for unit in Set(old.keys).union(new.keys) {
            let before = old[unit] ?? Contributions()
            let after = new[unit] ?? Contributions()
            guard before != after else { continue }
            for subject in before.subjects.union(after.subjects) {
                let body = after.body(of: subject)
                guard body != before.body(of: subject) else { continue }
                if let body {
                    written.append(unit, subject, body)
                } else {
                    removed.append(unit, subject, [])
                }
            }
        }
        var statements: [Statement] = []
        if !written.units.isEmpty { statements.append(upsert(written, organization: organization)) }
        if !removed.units.isEmpty { statements.append(delete(removed, organization: organization)) }
        return statements
    }

    /// Columns of rows to write.
    private struct Rows {
        var units: [String] = []
        var scopes: [String] = []
        var subjects: [String] = []
        var bodies: [[UInt8]] = []

        mutating func append(_ unit: PersonID, _ subject: Subject, _ body: [UInt8]) {
            units.append(unit.rawValue)
            scopes.append(subject.scope)
            subjects.append(subject.name)
            bodies.append(body)
        }
    }

    private static func upsert(_ rows: Rows, organization: OrganizationID) -> Statement {
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

    private static func delete(_ rows: Rows, organization: OrganizationID) -> Statement {
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
