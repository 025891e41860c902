package import Models

/// What a trial is about beside its person and gap: of two days or two policies, trials of the same occasion are the
/// same trial.
package enum TrialOccasion: Hashable, Sendable {
    /// The session or the request that is judged.
    case event(EventIdentity)
    /// The day from which the gap was the manager's to close, or on which it climbed to the leader.
    case since(Day)
}
