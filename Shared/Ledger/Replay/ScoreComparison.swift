import Accountability
import Models
import Postgres

/// Compares stored contributions, sums, deadlines and scores with what the facts give: the units in their order, in bulk as
/// a turn reads them.
struct ScoreComparison {
    let day: Day
    let policy: Policy
    let organization: OrganizationID

    /// - Parameter connection: In a transaction of one moment.
    func differences(_ connection: Connection) async throws -> [Difference] {
        let apart = try await FactsApart.find(
            in: organization, and: [], limit: BulkEvaluation.limit, connection)?.units
        let history = try await OrganizationHistory.load(
            organization, asOf: day, leavingOut: [], from: connection)
        let computation = UnitComputation(
            history: history, policy: policy, composer: NoticeComposer(contacts: .init()), announcement: nil)
        var differences: [Difference] = []
        var sums = Contributions()
        var last: PersonID?
        while true {
            let statement = Turn.units(after: last, limit: Self.page, organization)
            let units = try await connection.pipeline([statement])[0].map { PersonID(unchecked: try $0.text(0)) }
            guard let end = units.last else { break }
            let stretch = UnitStretch(after: last, units: units, last: end)
            let (outcomes, stored) = try await outcomes(of: stretch, apart: apart, computation, connection)
            let wanted = Set(units)
            for outcome in outcomes where wanted.contains(outcome.unit) {
                sums += outcome.contributions
                differences += Self.compare(outcome, stored)
            }
            last = end
        }
        let results = try await connection.pipeline([
            ReplayStatements.unknownUnits(organization), TallyStatements.all(organization: organization),
            ScoreStatements.all(organization: organization), ProgrammeScoreStatements.all(organization: organization),
        ])
        for row in results[0] {
            differences.append(
                Difference(projection: try row.text(0), subject: try row.text(1), detail: Self.surplus))
        }
        differences += try Self.compare(sums, results[1])
        let posterior = Posterior(policy: policy)
        var managers: [PersonID: ManagerScore] = [:]
        for (manager, sum) in sums.managers { managers[manager] = posterior.score(manager: manager, sum) }
        var programmes: [ProgrammeID: ProgrammeScore] = [:]
        for (programme, sum) in sums.programmes {
            programmes[programme] = Posterior.programme(programme, sum, policy: policy)
        }
        return differences
            + Self.compare("score", managers, try StoredScore.managers(results[2]), day) { $0.isClose(to: $1) }
            + Self.compare("programme", programmes, try StoredScore.programmes(results[3]), day) {
                $0.isClose(to: $1)
            }
    }

    /// Units loaded at once: a few hundred kilobytes of facts.
    private static let page = 500

    private static let surplus = "stored, and the log gives none"

    private func outcomes(
        of stretch: UnitStretch, apart: Set<PersonID>?, _ computation: UnitComputation, _ connection: Connection
    ) async throws -> ([UnitOutcome], StoredUnits) {
        var loaded: LoadedUnits
        if let apart {
            loaded = try await .load(stretch, asOf: day, apart: apart, organization, from: connection)
            do {
                return (try computation.outcomes(of: loaded), loaded.stored)
            } catch LedgerError.unreadablePack {
                // Altered, or of a newer version: the events themselves stand beside it.
            }
        }
        loaded = try await .load(stretch.units, organization, from: connection)
        return (try computation.outcomes(of: loaded), loaded.stored)
    }

    private static func compare(_ outcome: UnitOutcome, _ stored: StoredUnits) -> [Difference] {
        var found: [Difference] = []
        func compare<Value: Equatable>(_ projection: String, _ expected: Value?, _ stored: Value?) {
            guard expected != stored else { return }
            let detail = expected == nil ? surplus : stored == nil ? "missing" : "differs"
            found.append(Difference(projection: projection, subject: outcome.unit.rawValue, detail: detail))
        }
        var bodies: [Subject: [UInt8]] = [:]
        for subject in outcome.contributions.subjects { bodies[subject] = outcome.contributions.body(of: subject) }
        compare("contribution", bodies.isEmpty ? nil : bodies, stored.contributions[outcome.unit])
        compare("deadline", outcome.deadlines.isEmpty ? nil : outcome.deadlines, stored.deadlines[outcome.unit])
        return found
    }

    /// - Parameter rows: Of ``TallyStatements/all(organization:)``.
    private static func compare(_ expected: Contributions, _ rows: ResultSet) throws(PostgresError) -> [Difference] {
        var stored: [Subject: [UInt8]] = [:]
        for row in rows { stored[Subject(scope: try row.text(0), name: try row.text(1))] = try row.bytes(2) }
        return expected.subjects.union(stored.keys).compactMap { subject in
            guard expected.body(of: subject) != stored[subject] else { return nil }
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
            case (nil, _): detail = surplus
            case (_, nil): detail = "missing"
            }
            return Difference(projection: projection, subject: subject.rawValue, detail: detail)
        }
    }
}
