import Ledger
import Models
import Postgres

extension ConsoleStore {
    /// Every manager's current score, and the day it stands for; `managers` limits it to some.
    ///
    /// Source: `score.current`, by its primary key.
    func scores(
        _ organization: OrganizationID, managers: [PersonID]? = nil
    ) async throws -> (day: Day?, scores: [ManagerScore]) {
        try await within(organization) { connection in
            let rows = try await connection.query(
                """
                SELECT manager, day, level, score, low, high, status, measures::text
                FROM score.current
                WHERE organization_id = $1 AND ($2 OR manager = ANY ($3))
                """,
                [
                    .int4(organization.rawValue), .bool(managers == nil),
                    .textArray((managers ?? []).map(\.rawValue)),
                ])
            var day: Day?
            var scores: [ManagerScore] = []
            for row in rows {
                day = max(day ?? Day(number: 0), Day(number: Int(try row.date(1).daysSince1970)))
                scores.append(try Self.score(row))
            }
            return (day, scores)
        }
    }

    /// The policy in force on a day; the standard one before anything is scored.
    ///
    /// Source: `onus.policy`.
    func policy(_ organization: OrganizationID, on day: Day?) async throws -> Policy {
        guard let day else { return .standard }
        return try await within(organization) { try await PolicyBook.load(organization, from: $0) }.policy(on: day)
    }

    private static func score(_ row: Row) throws -> ManagerScore {
        guard let status = ManagerStatus(rawValue: try row.text(6)) else {
            throw UnreadableRow(table: "score.current", column: "status")
        }
        guard let measures = ManagerScore.measures(json: try JSONParser.parse(try row.utf8(7))) else {
            throw UnreadableRow(table: "score.current", column: "measures")
        }
        return ManagerScore(
            manager: PersonID(unchecked: try row.text(0)), level: try row.float8(2), score: try row.optionalFloat8(3),
            low: try row.optionalFloat8(4), high: try row.optionalFloat8(5), status: status, measures: measures)
    }

    /// The programmes of the last turn or event.
    ///
    /// Source: `score.programme_current`, by its primary key.
    func programmes(_ organization: OrganizationID) async throws -> (day: Day?, rows: [ProgrammesView.Row]) {
        try await within(organization) { connection in
            let rows = try await connection.query(
                """
                SELECT programme, day, delivered, changed, status, measures::text
                FROM score.programme_current WHERE organization_id = $1 ORDER BY delivered DESC, programme
                """, [.int4(organization.rawValue)])
            var day: Day?
            var result: [ProgrammesView.Row] = []
            for row in rows {
                day = Day(number: Int(try row.date(1).daysSince1970))
                var measures: [String: String] = [:]
                for member in try JSONParser.parse(try row.utf8(5)).object?.members ?? [] {
                    guard let score = MeasureScore(json: member.value) else {
                        throw UnreadableRow(table: "score.programme_current", column: "measures")
                    }
                    measures[member.name] = "\(Figure.short(score.s)) of \(Figure.short(score.n))"
                }
                let programme = try row.text(0)
                let delivered = Int(try row.int4(2))
                let changed = Int(try row.int4(3))
                let status = try row.text(4)
                result.append(
                    ProgrammesView.Row(
                        href: Link.programme(programme), programme: programme, status: status, tone: status,
                        delivered: delivered,
                        changed: changed, gap: delivered - changed, linkage: measures["linkage"] ?? "–",
                        followup: measures["followup"] ?? "–", change: measures["change"] ?? "–"))
            }
            return (day, result)
        }
    }
}

/// A row of our own that does not read as it was written.
struct UnreadableRow: Error, CustomStringConvertible {
    let table: String
    let column: String

    var description: String { "\(table).\(column): unreadable" }
}
