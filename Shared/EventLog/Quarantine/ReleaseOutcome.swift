package import Models

/// What became of an event that was to be released from the quarantine.
package enum ReleaseOutcome: Hashable, Sendable {
    /// It is in the log; `isNew` is false where its identity was there already.
    case released(isNew: Bool)
    /// The catalogue refuses it still, or its connector a part of it; it is held on. So many events of its other parts are in
    /// the log now, and were not before.
    case stillRejected(Problem, stored: Int)
    /// Its text could not be kept (personal learning, or bytes that are no JSON): only its sender has it.
    case nothingKept
    /// There is none of this number, or somebody has settled it.
    case notHeld
}
