/// By how much the trained gaps changed more than comparable ones that were not trained, and what that rests on.
package struct EffectEstimate: Hashable, Sendable {
    /// The difference of the two changes, in the outcome's own unit: levels, `-4...4`, or progress, `-1...1`.
    package let effect: Double
    /// The 90 % interval's ends.
    package let low: Double
    package let high: Double
    package let standardError: Double
    /// What a mere look at before and after would say.
    package let trainedChange: Double
    package let comparisonChange: Double
    package let trainedGaps: Int
    package let trainedPeople: Int
    package let trainedTeams: Int
    package let comparisonGaps: Int
    package let comparisonTeams: Int
}

/// An estimate, or the plain word that there is none and why.
package enum EffectFinding: Hashable, Sendable {
    case estimated(EffectEstimate)
    case notEnoughEvidence(String)

    package var estimate: EffectEstimate? {
        if case .estimated(let estimate) = self { estimate } else { nil }
    }

    package var reason: String? {
        if case .notEnoughEvidence(let reason) = self { reason } else { nil }
    }
}
