/// What a manager is measured by, in the order of docs/scoring-model.md.
package enum Measure: String, CaseIterable, Hashable, Comparable, Sendable {
    case clarity, coaching, situational, complement, action, closure, triage, outcome, chain

    /// Its place in the order, from 0. Stable: encodings in the database rest on it.
    package var index: Int {
        switch self {
        case .clarity: 0
        case .coaching: 1
        case .situational: 2
        case .complement: 3
        case .action: 4
        case .closure: 5
        case .triage: 6
        case .outcome: 7
        case .chain: 8
        }
    }

    package static func < (left: Measure, right: Measure) -> Bool { left.index < right.index }
}

/// What a programme is measured by.
package enum ProgrammeMeasure: String, CaseIterable, Hashable, Sendable {
    case linkage, followup, change
}
