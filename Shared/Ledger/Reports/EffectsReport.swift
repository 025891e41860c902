package import Accountability
package import Models

/// What closes gaps here, as it is handed out: closure rates by path, and what programmes changed.
package struct EffectsReport: Sendable {
    package let asOf: Day
    package let design: EffectDesign
    /// Only gaps of this cause are in ``closure``; `nil`: all.
    package let cause: Cause?
    package let closure: [ClosureRate]
    package let programmes: [ProgrammeEffect]

    /// - Parameters:
    ///   - programmes: Those to look at; `nil`: all that somebody completed for a job.
    ///   - isIncluded: Only these people's gaps are in the closure rates.
    package init(
        _ study: EffectStudy, cause: Cause? = nil, programmes: [ProgrammeID]? = nil,
        of isIncluded: (PersonID) -> Bool = { _ in true }
    ) {
        self.init(
            study, cause: cause, programmes: study.effects(of: programmes ?? study.programmes), of: isIncluded)
    }

    /// - Parameters:
    ///   - programmes: As computed before: they don't depend on the rest.
    ///   - isIncluded: Only these people's gaps are in the closure rates.
    package init(
        _ study: EffectStudy, cause: Cause? = nil, programmes: [ProgrammeEffect],
        of isIncluded: (PersonID) -> Bool = { _ in true }
    ) {
        asOf = study.asOf
        design = study.design
        self.cause = cause
        closure = study.closureRates(cause: cause, of: isIncluded)
        self.programmes = programmes
    }

    package var json: JSONValue {
        var programmes = JSONObject()
        for effect in self.programmes {
            programmes.append(JSONObject.Member(name: effect.programme.rawValue, value: effect.json))
        }
        var members = JSONObject()
        members.append("asOf", .string(asOf.description))
        members.append("landmarkDays", .number(JSONNumber(design.landmark)))
        members.append("horizonDays", .number(JSONNumber(design.horizon)))
        members.append("lookbackDays", .number(JSONNumber(design.lookback)))
        if let cause { members.append("cause", .string(cause.rawValue)) }
        members.append("closure", .array(closure.map(\.json)))
        members.append("programmes", .object(programmes))
        return .object(members)
    }
}
