import Accountability
import Models
import Postgres

/// Compares stored contributions, sums, deadlines and scores with what the events give.
struct ScoreComparison {
    let events: [Event]
    let day: Day
    let policy: Policy
    let organization: OrganizationID

    func differences(_ connection: Connection) async throws -> [Difference] {
        let results = try await connection.pipeline([
            ReplayStatements.contributions(organization), TallyStatements.all(organization: organization),
            ReplayStatements.deadlines(organization), ScoreStatements.all(organization: organization),
            ProgrammeScoreStatements.all(organization: organization),
        ])
        let outcomes = try outcomes()
        var sums = Contributions()
        var contributions: [PersonID: Contributions] = [:]
        var deadlines: [PersonID: Set<Deadline>] = [:]
        for outcome in outcomes {
            sums += outcome.contributions
            if !outcome.contributions.isEmpty { contributions[outcome.unit] = outcome.contributions }
            if !outcome.deadlines.isEmpty { deadlines[outcome.unit] = outcome.deadlines }
        }
        let report = Scoring.report(events: events, asOf: day, policy: policy)
        return Self.compare("contribution", contributions, try ContributionStatements.read(results[0]))
            + Self.compare("deadline", deadlines, try DeadlineStatements.read(results[2]))
            + Self.compare(sums, try TallyStatements.read(results[1]))
            + Self.compare("score", report.managers, try StoredScore.managers(results[3]), day) { $0.isClose(to: $1) }
            + Self.compare("programme", report.programmes, try StoredScore.programmes(results[4]), day) {
                $0.isClose(to: $1)
            }
    }

    private func outcomes() throws -> [UnitOutcome] {
        let history = OrganizationHistory(events: events, asOf: day)
        let computation = UnitComputation(
            history: history, policy: policy,
            composer: NoticeComposer(contacts: .init()), announcement: nil)
        return computation.outcomes(from: events)
    }

    private static func compare<Value: Equatable>(
        _ projection: String, _ expected: [PersonID: Value], _ stored: [PersonID: Value]
    ) -> [Difference] {
        Set(expected.keys).union(stored.keys).sorted().compactMap { unit in
            guard expected[unit] != stored[unit] else { return nil }
            let detail =
                switch (expected[unit], stored[unit]) {
                case (nil, _): "stored, and the log gives none"
                case (_, nil): "missing"
                default: "differs"
                }
            return Difference(projection: projection, subject: unit.rawValue, detail: detail)
        }
    }

    private static func compare(_ expected: Contributions, _ stored: Contributions) -> [Difference] {
        expected.subjects.union(stored.subjects).compactMap { subject in
            guard expected.body(of: subject) != stored.body(of: subject) else { return nil }
            return Difference(projection: "tally", subject: subject.name, detail: "differs from its contributions")
        }
    }

    private static func compare<Kind, Score>(
        _ projection: String, _ expected: [Identifier<Kind>: Score], _ stored: [Identifier<Kind>: StoredScore<Score>],
        _ day: Day, _ isClose: (Score, Score) -> Bool
    ) -> [Difference] {
        Set(expected.keys).union(stored.keys).sorted().compactMap { subject in
            let detail: String
            switch (expected[subject], stored[subject]) {
            case (let expected?, let stored?):
                if stored.day != day {
                    detail = "expected as of \(day), stored as of \(stored.day)"
                } else if !isClose(expected, stored.score) {
                    detail = "expected \(expected), stored \(stored.score)"
                } else {
                    return nil
                }
            case (nil, _): detail = "stored, and the log gives none"
            case (_, nil): detail = "missing"
            }
            return Difference(projection: projection, subject: subject.rawValue, detail: detail)
        }
    }
}
