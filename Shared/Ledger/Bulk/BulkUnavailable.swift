/// Why an organisation can't be scored from its facts: they are too far from the log. ``LogEvaluation`` has the answer
/// then.
package enum BulkUnavailable: Error, Equatable, CustomStringConvertible {
    /// Scoring has never read the log, or lags behind it: by more than ``BulkEvaluation/limit`` for scores, at all for
    /// ``EffectsFromFacts``.
    case behind
    /// Scoring has set aside events that it could not take in: more than ``BulkEvaluation/limit`` for scores, or some that
    /// the log doesn't have; any for ``EffectsFromFacts``.
    case eventsSetAside
    /// Too many facts aren't packed: an older version wrote them.
    case notPacked
    /// A packed fact is in a form that this build doesn't know: a newer version wrote it.
    case unreadable

    package var description: String {
        switch self {
        case .behind:
            "scoring has not read the log, or lags"
        case .eventsSetAside:
            "scoring has set events aside"
        case .notPacked:
            "more than \(BulkEvaluation.limit) facts are in an older form; `onus replay` writes them anew"
        case .unreadable:
            "packed facts are in a form that this version doesn't read; `onus replay` writes them anew"
        }
    }
}
