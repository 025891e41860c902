package import Models

/// The calibration study: managers whose true rates are known, their evidence simulated as events, scored by the real
/// code. The same policy, seed and number of managers give the same numbers.
package struct Study: Sendable {
    package let policy: Policy
    /// Managers a cell.
    package let managers: Int
    package let seed: UInt64
    package let cells: [Cell]

    /// Any day would do: everything that is simulated is stationary.
    package static let asOf = Day(number: 20_543)  // 2026-03-31

    /// - Parameters:
    ///   - managers: Managers a cell, `1...1_000_000`.
    ///   - cells: All that the published study has, unless others are given.
    /// - Throws: ``InvalidValue`` where `managers` is out of its range, or where the policy has closures fall due no later
    ///   than actions: a simulated closure would then be an action as well, whose rate is another.
    package init(
        policy: Policy = .standard, managers: Int = 3_000, seed: UInt64 = 1, cells: [Cell]? = nil
    ) throws(InvalidValue) {
        guard (1...1_000_000).contains(managers) else {
            throw InvalidValue(field: "managers", expected: "a number in 1...1000000", got: "\(managers)")
        }
        guard policy.actionDue < policy.closureDue else {
            throw InvalidValue(
                field: "policy", expected: "actionDue before closureDue",
                got: "\(policy.actionDue) and \(policy.closureDue) days")
        }
        self.policy = policy
        self.managers = managers
        self.seed = seed
        self.cells = cells ?? Cell.calibration + Cell.threshold(policy) + Cell.broken
    }

    /// Simulates and scores everybody, on all cores.
    ///
    /// - Parameter progress: Called with the number of cells that are done, in any task.
    /// - Returns: One summary a cell, in the order of ``cells``.
    package func run(progress: @Sendable (Int) -> Void = { _ in }) async -> [CellSummary] {
        let curves = await curves()
        return await withTaskGroup(of: (Int, CellSummary).self) { group in
            for (index, cell) in cells.enumerated() {
                group.addTask { (index, summary(of: cell, curves)) }
            }
            var summaries: [(index: Int, summary: CellSummary)] = []
            for await summary in group {
                summaries.append(summary)
                progress(summaries.count)
            }
            return summaries.sorted { $0.index < $1.index }.map(\.summary)
        }
    }

    private func summary(of cell: Cell, _ curves: [SessionProcess: ComplementCurve]) -> CellSummary {
        let curve = curves[cell.conduct.sessions] ?? ComplementCurve(inner: [])
        let simulated = (0..<managers).lazy.map { number in
            var random = source(cell.salt, number)
            let rates = cell.population.rates(&random, complement: curve, policy: policy)
            return SimulatedManager(
                rates: rates, team: cell.team, conduct: cell.conduct, policy: policy, asOf: Self.asOf,
                random: random)
        }
        return CellSummary(cell, simulated, policy: policy)
    }

    /// The complement rates of each process that a cell has, measured with the real code on as many people a point as the
    /// study has managers a cell.
    package func curves() async -> [SessionProcess: ComplementCurve] {
        let processes = Set(cells.map(\.conduct.sessions))
        return await withTaskGroup(of: (SessionProcess, Int, Double).self) { group in
            for process in processes {
                for (index, coaching) in ComplementCurve.points.enumerated() {
                    group.addTask { (process, index, complement(process, coaching: coaching, index)) }
                }
            }
            var points: [SessionProcess: [Double]] = [:]
            for await (process, index, rate) in group {
                points[process, default: Array(repeating: 0, count: ComplementCurve.points.count)][index] = rate
            }
            return points.mapValues(ComplementCurve.init(inner:))
        }
    }

    private func complement(_ process: SessionProcess, coaching: Double, _ index: Int) -> Double {
        let conduct = Conduct.allCases.first { $0.sessions == process } ?? .assumed
        // What comes of complement is asked, so its own rate is not known yet; nothing reads it.
        let rates = Rates(complement: ComplementCurve(inner: [])) { $0 == .coaching ? coaching : 0.5 }
        // In teams, so that weeks which a team shares are not shared by everybody.
        let team = 20
        let sums = (0..<max(managers / team, 10)).reduce((n: 0.0, s: 0.0)) { sums, number in
            let simulated = SimulatedManager(
                rates: rates, team: team, conduct: conduct, workload: .coachingOnly, policy: policy, asOf: Self.asOf,
                random: source(
                    UInt64(index) &+ Cell(population: .level(coaching), team: 0, conduct: conduct).salt, number))
            guard let row = simulated.row?.measures[.complement] else { return sums }
            return (sums.n + row.n, sums.s + row.s)
        }
        return sums.n > 0 ? sums.s / sums.n : coaching
    }

    private func source(_ salt: UInt64, _ number: Int) -> RandomSource {
        var mixer = RandomSource(seed: seed ^ salt)
        let key = mixer.next()
        return RandomSource(seed: key &+ UInt64(number) &* 0xD134_2543_DE82_EF95)
    }
}
