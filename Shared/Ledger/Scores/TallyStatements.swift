import Models
import Postgres

/// The statements over `score.tally`: the exact sum of each subject's contributions.
enum TallyStatements {
    /// The stored sums of some subjects: scope, subject, body.
    static func stored(for subjects: Set<Subject>, organization: OrganizationID) -> Statement {
        Statement(
            """
            SELECT scope, subject, body FROM score.tally
            WHERE organization_id = $1 AND scope = 'manager' AND subject = ANY($2)
            UNION ALL
            SELECT scope, subject, body FROM score.tally
            WHERE organization_id = $1 AND scope = 'programme' AND subject = ANY($3)
            """,
            [
                .int4(organization.rawValue),
                .textArray(subjects.filter { $0.scope == "manager" }.map(\.name)),
                .textArray(subjects.filter { $0.scope == "programme" }.map(\.name)),
            ])
    }

    /// All stored sums: scope, subject, body.
    static func all(organization: OrganizationID) -> Statement {
        Statement(
            "SELECT scope, subject, body FROM score.tally WHERE organization_id = $1",
            [.int4(organization.rawValue)])
    }

    static func read(_ rows: ResultSet) throws -> Contributions {
        var sums = Contributions()
        for row in rows {
            try sums.add(row.bytes(2), of: Subject(scope: row.text(0), name: row.text(1)))
        }
        return sums
    }

    /// Stores the sums of the given subjects; one without any trial left has no row.
    static func store(_ sums: Contributions, for subjects: Set<Subject>, organization: OrganizationID) -> [Statement] {
        var scopes: [String] = []
        var names: [String] = []
        var bodies: [[UInt8]] = []
        var goneScopes: [String] = []
        var goneNames: [String] = []
        for subject in subjects {
            if let body = sums.body(of: subject) {
                scopes.append(subject.scope)
                names.append(subject.name)
                bodies.append(body)
            } else {
                goneScopes.append(subject.scope)
                goneNames.append(subject.name)
            }
        }
        var statements: [Statement] = []
        if !names.isEmpty {
            statements.append(
                Statement(
                    """
                    INSERT INTO score.tally (organization_id, scope, subject, body)
                    SELECT $1, new.* FROM unnest($2::text[], $3::text[], $4::bytea[]) AS new
                    ON CONFLICT (organization_id, scope, subject) DO UPDATE SET body = excluded.body
                    """,
                    [.int4(organization.rawValue), .textArray(scopes), .textArray(names), .byteaArray(bodies)]))
        }
        if !goneNames.isEmpty {
            statements.append(
                Statement(
                    """
                    DELETE FROM score.tally AS t USING unnest($2::text[], $3::text[]) AS gone (scope, subject)
                    WHERE t.organization_id = $1 AND t.scope = gone.scope AND t.subject = gone.subject
                    """,
                    [.int4(organization.rawValue), .textArray(goneScopes), .textArray(goneNames)]))
        }
        return statements
    }
}
