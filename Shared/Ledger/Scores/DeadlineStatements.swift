import Models
import Postgres

/// The statements over `score.deadline`.
enum DeadlineStatements {
    /// What is pending for the units: unit, measure, manager, gap, day.
    static func stored(for units: [PersonID], organization: OrganizationID) -> Statement {
        Statement(
            """
            SELECT unit, measure, manager, gap, day FROM score.deadline WHERE organization_id = $1 AND unit = ANY($2)
            """,
            [.int4(organization.rawValue), .textArray(units.map(\.rawValue))])
    }

    /// What is pending for the units after one, through another: unit, measure, manager, gap, day.
    static func stored(after unit: PersonID?, through last: PersonID, organization: OrganizationID) -> Statement {
        Statement(
            """
            SELECT unit, measure, manager, gap, day FROM score.deadline
            WHERE organization_id = $1 AND unit > $2 AND unit <= $3
            """,
            [.int4(organization.rawValue), .text(unit?.rawValue ?? ""), .text(last.rawValue)])
    }

    static func read(_ rows: ResultSet) throws(PostgresError) -> [PersonID: Set<Deadline>] {
        var deadlines: [PersonID: Set<Deadline>] = [:]
        for row in rows {
            guard let measure = Measure(rawValue: try row.text(1)) else { continue }
            deadlines[PersonID(unchecked: try row.text(0)), default: []].insert(
                Deadline(
                    measure: measure,
                    manager: PersonID(unchecked: try row.text(2)),
                    gap: GapID(unchecked: try row.text(3)),
                    day: Day(try row.date(4))))
        }
        return deadlines
    }

    /// Brings what is stored from `old` to `new`: the units whose deadlines moved have them replaced.
    static func replace(
        _ old: [PersonID: Set<Deadline>], with new: [PersonID: Set<Deadline>], organization: OrganizationID
    ) -> [Statement] {
        let moved = Set(old.keys).union(new.keys).filter { old[$0] ?? [] != new[$0] ?? [] }
        guard !moved.isEmpty else { return [] }
        var statements: [Statement] = []
        if moved.contains(where: { old[$0]?.isEmpty == false }) {
            statements.append(
                Statement(
                    "DELETE FROM score.deadline WHERE organization_id = $1 AND unit = ANY($2)",
                    [.int4(organization.rawValue), .textArray(moved.map(\.rawValue))]))
        }
        let rows = moved.flatMap { unit in (new[unit] ?? []).map { (unit, $0) } }
        guard !rows.isEmpty else { return statements }
        statements.append(
            Statement(
                """
                INSERT INTO score.deadline (organization_id, unit, key, measure, manager, gap, day)
                SELECT $1, new.*
                FROM unnest($2::text[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::date[]) AS new
                """,
                [
                    .int4(organization.rawValue),
                    .textArray(rows.map { $0.0.rawValue }),
                    .uuidArray(rows.map { $0.1.digest }),
                    .textArray(rows.map { $0.1.measure.rawValue }),
                    .textArray(rows.map { $0.1.manager.rawValue }),
                    .textArray(rows.map { $0.1.gap.rawValue }),
                    .dateArray(rows.map { DateValue($0.1.day) }),
                ]))
        return statements
    }
}

extension Deadline {
    /// Stands for all of its members: together they may be longer than an index takes.
    fileprivate var digest: UUIDBytes {
        Digest.of([measure.rawValue, manager.rawValue, gap.rawValue, day.description])
    }
}
