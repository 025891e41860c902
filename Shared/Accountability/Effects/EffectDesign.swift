package import Models

/// What the study of "what closes gaps here" counts, within which days, and from how much evidence on it speaks.
///
/// The defaults and their reasons: docs/effects.md. Days are whole days.
package struct EffectDesign: Hashable, Sendable {
    /// Days after the identification on which a gap's path is read and following it up begins.
    package private(set) var landmark = 30
    /// Days after the identification by which a gap closes or doesn't.
    package private(set) var horizon = 120
    /// Gaps identified in so many days up to the scored one are looked at.
    package let lookback = 730

    /// Days of one period before or after a completion.
    package let period = 45
    /// Periods after a completion in which its effect is looked for.
    package let periodsAfter = 2
    /// Most days between the identifications of a trained gap and of one that it is compared with.
    package let identificationBand = 60
    /// At most so many gaps are compared with one: those identified nearest to it.
    package let mostComparable = 200

    /// Fewer people than these are not shown as a group.
    package let leastPeople = 5
    /// Fewer gaps followed to the horizon give no closure rate.
    package let leastFollowed = 10
    /// Fewer comparable gaps give no comparison for a trained one.
    package let leastComparable = 5
    /// Fewer trained gaps that can be compared give no effect.
    package let leastTrained = 10
    /// Fewer teams with trained gaps, or with comparable ones, give no effect: teams differ, and few don't show how.
    package let leastTeams = 5
    /// Half the width of a 90 % interval, in standard errors of a normal distribution.
    package let normalQuantile = 1.644_853_626_951_472_7

    package static let standard = EffectDesign()

    private init() {}

    /// - Parameters:
    ///   - landmark: Days after the identification, `0...365`.
    ///   - horizon: Days after the identification, `landmark + 1...730`.
    /// - Throws: ``InvalidValue`` for anything else.
    package init(landmark: Int, horizon: Int) throws(InvalidValue) {
        guard (0...365).contains(landmark) else {
            throw InvalidValue(field: "landmark", expected: "0 to 365 days", got: "\(landmark)")
        }
        guard horizon > landmark, horizon <= 730 else {
            throw InvalidValue(
                field: "horizon", expected: "more days than the landmark's, up to 730", got: "\(horizon)")
        }
        self.landmark = landmark
        self.horizon = horizon
    }
}
