/// How a simulated manager's evidence comes about: as the model assumes, or in a way that breaks what it assumes.
package enum Conduct: String, CaseIterable, Hashable, Sendable {
    /// Sessions with each report are a Poisson process; every other trial is independent of all others.
    case assumed
    /// Sessions with each report come at regular intervals (Erlang-4): steadier than assumed.
    case regular
    /// A third as much happens as is assumed, so that the score rests on few trials.
    case quiet
    /// Sessions come in bursts of three within five days, all of a burst in context or none.
    case bursts
    /// The manager coaches the whole team in the same weeks, and nobody in between.
    case teamWeeks
    /// Gaps come to up to four people at once, from one cause: they are acted on, closed and measured alike.
    case sharedCauses
    /// Expectations are gone through with the whole team at once, or not at all.
    case clarityTogether
    /// Dishonest: records sessions that did not happen, observed and in context, until nearly all days are covered.
    case inventedSessions
    /// Dishonest: closes every gap in time, on paper; nobody else saw a change.
    case paperClosures
    /// Dishonest in both ways.
    case dishonest

    /// What the study's tables call it.
    package var title: String {
        switch self {
        case .assumed: "as assumed"
        case .regular: "sessions at regular intervals"
        case .quiet: "a third as much happens"
        case .bursts: "sessions in bursts of three in a week"
        case .teamWeeks: "the whole team coached in the same weeks"
        case .sharedCauses: "gaps that share a cause"
        case .clarityTogether: "clarity for the whole team at once"
        case .inventedSessions: "dishonest: invented sessions"
        case .paperClosures: "dishonest: closures on paper"
        case .dishonest: "dishonest: both"
        }
    }

    /// How much happens.
    var workload: Workload { self == .quiet ? .quiet : Workload() }

    var inventsSessions: Bool { self == .inventedSessions || self == .dishonest }
    var closesOnPaper: Bool { self == .paperClosures || self == .dishonest }

    /// How sessions come.
    package var sessions: SessionProcess {
        switch self {
        case .regular: .regular
        case .bursts: .bursts
        case .teamWeeks: .teamWeeks
        default: .poisson
        }
    }
}
