import Models

/// Adds the trials of one unit up, by manager and by programme.
struct TallySink: TrialSink {
    /// Few managers a unit, so a list is searched faster than a dictionary.
    private(set) var managers: [(place: Int, contribution: Contribution)] = []
    private(set) var programmes: [(programme: ProgrammeID, contribution: ProgrammeContribution)] = []

    private(set) var pending: [(place: Int, measure: Measure, gap: GapID, due: Int)] = []

    mutating func count(
        _ measure: Measure, _ manager: Int, trials: Int, credits: Int, _ detail: () -> TrialDetail
    ) {
        managers[index(of: manager)].contribution.add(measure, trials: trials, credits: credits)
    }

    mutating func countOutcome(_ manager: Int, progress: Fraction, _ detail: () -> TrialDetail) {
        managers[index(of: manager)].contribution.addOutcome(progress: progress)
    }

    mutating func pending(
        _ measure: Measure, _ manager: Int, gap: GapID, due: Int, _ detail: () -> TrialDetail
    ) {
        pending.append((manager, measure, gap, due))
    }

    mutating func count(
        _ measure: ProgrammeMeasure, of completion: Dossier.Completion, isCredited: Bool,
        _ evidence: () -> [EventOrder]
    ) {
        let index =
            programmes.firstIndex { $0.programme == completion.programme }
            ?? {
                programmes.append((completion.programme, ProgrammeContribution()))
                return programmes.count - 1
            }()
        programmes[index].contribution.add(measure, isCredited: isCredited)
    }

    private mutating func index(of manager: Int) -> Int {
        if let index = managers.firstIndex(where: { $0.place == manager }) { return index }
        managers.append((manager, Contribution()))
        return managers.count - 1
    }
}
