import Models

/// Takes what the rules decide: sums for scoring, lists for explaining, by the same rules.
protocol TrialSink {
    /// Trials and credits as ``Contribution`` counts them.
    mutating func count(
        _ measure: Measure, _ manager: Int, trials: Int, credits: Int, _ detail: () -> TrialDetail)
    mutating func countOutcome(_ manager: Int, progress: Fraction, _ detail: () -> TrialDetail)
    mutating func pending(
        _ measure: Measure, _ manager: Int, gap: GapID, due: Int, _ detail: () -> TrialDetail)
    mutating func count(
        _ measure: ProgrammeMeasure, of completion: Dossier.Completion, isCredited: Bool,
        _ evidence: () -> [EventOrder])
}

/// What is said of a trial beside its numbers.
struct TrialDetail {
    var decidedOn: Int?
    var gap: GapPath?
    var occasion: TrialOccasion?
    var evidence: [EventOrder] = []
    let explanation: String
}
