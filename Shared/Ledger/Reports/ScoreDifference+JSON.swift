import Accountability
import Models

extension ScoreDifference {
    func json(_ events: [EventIdentity: Event]) -> JSONValue {
        var members = JSONObject()
        members.append("from", from.json)
        members.append("to", to.json)
        members.append("change", change.json)
        if let policyShare { members.append("policyShare", .number(JSONNumber(policyShare))) }
        members.append("trials", .array(changes.map { $0.json(events) }))
        return .object(members)
    }
}

extension ScoreDifference.Side {
    fileprivate var json: JSONValue {
        [
            "asOf": .string(asOf.description), "policyVersion": .number(JSONNumber(policy.version)),
            "score": score?.json ?? .null,
        ]
    }
}

extension TrialChange {
    func json(_ events: [EventIdentity: Event]) -> JSONValue {
        [
            "kind": .string(kind.rawValue), "share": share.json, "n": .number(JSONNumber(n.doubleValue)),
            "s": .number(JSONNumber(s.doubleValue)),
            "before": before.map { .object($0.members(events)) } ?? .null,
            "after": after.map { .object($0.members(events)) } ?? .null,
        ]
    }
}
