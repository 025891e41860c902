import Accountability
package import Models

extension Explanation {
    package var json: JSONValue {
        var members = JSONObject()
        members.append("manager", .string(manager.rawValue))
        members.append("name", names.name(of: manager).map { .string($0) } ?? .null)
        members.append("asOf", .string(asOf.description))
        members.append("policyVersion", .number(JSONNumber(policy.version)))
        members.append("score", score?.json ?? .null)
        members.append("points", points)
        members.append("trials", .array(entries.map(json)))
        members.append("nextSteps", .array(nextSteps.map(\.json)))
        if let difference { members.append("difference", difference.json(events)) }
        return .object(members)
    }

    /// By measure what it gives to the score, of what it could.
    private var points: JSONValue {
        var members = JSONObject()
        for (measure, points) in score?.points(policy: policy).sorted(by: { $0.key < $1.key }) ?? [] {
            members.append(
                measure.rawValue,
                [
                    "points": .number(JSONNumber(points.points)), "possible": .number(JSONNumber(points.possible)),
                ])
        }
        return .object(members)
    }

    private func json(_ entry: Entry) -> JSONValue {
        var members = entry.trial.members(events)
        members.append("influence", entry.influence.json)
        if let outlook = entry.outlook {
            members.append("ifMet", outlook.ifMet.json)
            members.append("ifMissed", outlook.ifMissed.json)
        }
        if let day = entry.trial.lastDay(policy: policy) { members.append("countsUntil", .string(day.description)) }
        return .object(members)
    }
}

extension NextStep {
    package var json: JSONValue {
        var members = JSONObject()
        members.append("kind", .string(kind.rawValue))
        members.append("person", .string(person.rawValue))
        if let gap { members.append("gap", .string(gap.rawValue)) }
        if let due { members.append("due", .string(due.description)) }
        members.append("today", ["score": today.score.json, "change": today.change.json])
        members.append(
            "ahead",
            [
                "asOf": .string(aheadOn.description), "score": ahead.score.json, "change": ahead.change.json,
            ])
        return .object(members)
    }
}

extension Trial {
    /// The trial as JSON, with what is known of the events that decided it.
    func members(_ events: [EventIdentity: Event]) -> JSONObject {
        var members = JSONObject()
        members.append("measure", .string(measure.rawValue))
        switch state {
        case .counted:
            members.append("state", "counted")
        case .pending(let due):
            members.append("state", "pending")
            members.append("due", .string(due.description))
        }
        if let decidedOn { members.append("decidedOn", .string(decidedOn.description)) }
        if case .since(let day) = occasion { members.append("since", .string(day.description)) }
        members.append("n", .number(JSONNumber(n.doubleValue)))
        members.append("s", .number(JSONNumber(s.doubleValue)))
        members.append("person", .string(person.rawValue))
        if let gap { members.append("gap", .string(gap.rawValue)) }
        members.append("explanation", .string(explanation))
        members.append("evidence", .array(evidence.map { Self.json($0, events[$0]) }))
        return members
    }

    private static func json(_ identity: EventIdentity, _ event: Event?) -> JSONValue {
        var members = JSONObject()
        members.append("source", .string(identity.source))
        members.append("id", .string(identity.id))
        if let event {
            members.append("type", .string(event.type.rawValue))
            members.append("time", .string(event.time.description))
        }
        return .object(members)
    }
}

extension Double? {
    /// The number; null where there is none.
    var json: JSONValue { map { .number(JSONNumber($0)) } ?? .null }
}
