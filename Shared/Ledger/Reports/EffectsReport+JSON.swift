import Accountability
package import Models

extension ClosureRate {
    /// Shares are in `0...1`; what is not known is `null`, with the reason.
    package var json: JSONValue {
        var members = JSONObject()
        members.append("path", .string(path.rawValue))
        members.append("gaps", evidence.map { .number(JSONNumber($0.gaps)) } ?? .null)
        members.append("people", evidence.map { .number(JSONNumber($0.people)) } ?? .null)
        members.append("followed", evidence.map { .number(JSONNumber($0.followed)) } ?? .null)
        members.append("closed", closed?.json ?? .null)
        members.append("verified", verified?.json ?? .null)
        members.append("reason", reason.map { .string($0) } ?? .null)
        return .object(members)
    }
}

extension Share {
    fileprivate var json: JSONValue {
        [
            "share": .number(JSONNumber(value)), "low": .number(JSONNumber(low)), "high": .number(JSONNumber(high)),
        ]
    }
}

extension ProgrammeEffect {
    package var json: JSONValue {
        [
            "linked": .number(JSONNumber(funnel.linked)), "firstTrained": .number(JSONNumber(funnel.firstTrained)),
            "behaviour": behaviour.json, "progress": progress.json,
        ]
    }
}

extension ProgrammeEffect.Outcome {
    fileprivate var json: JSONValue {
        [
            "verdict": .string(verdict.rawValue), "overall": overall.json,
            "periods": .array(periods.map(\.json)), "before": before.json,
        ]
    }
}

extension EffectFinding {
    fileprivate var json: JSONValue {
        guard let estimate else { return ["reason": .string(reason ?? "")] }
        return [
            "effect": .number(JSONNumber(estimate.effect)), "low": .number(JSONNumber(estimate.low)),
            "high": .number(JSONNumber(estimate.high)), "standardError": .number(JSONNumber(estimate.standardError)),
            "trainedChange": .number(JSONNumber(estimate.trainedChange)),
            "comparisonChange": .number(JSONNumber(estimate.comparisonChange)),
            "trainedGaps": .number(JSONNumber(estimate.trainedGaps)),
            "trainedPeople": .number(JSONNumber(estimate.trainedPeople)),
            "trainedTeams": .number(JSONNumber(estimate.trainedTeams)),
            "comparisonGaps": .number(JSONNumber(estimate.comparisonGaps)),
            "comparisonTeams": .number(JSONNumber(estimate.comparisonTeams)),
        ]
    }
}
