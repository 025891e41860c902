package import Accountability
package import Models

/// One manager's score with every trial of every measure, and the events that decided each.
package struct Explanation: Sendable {
    package let manager: PersonID
    package let asOf: Day
    package let policyVersion: Int
    /// Nil where no measure applies.
    package let score: ManagerScore?
    /// By measure; within one by day, then person and gap.
    package let trials: [Trial]
    /// The events in force, by identity: at least those that the trials name.
    package let events: [EventIdentity: Event]

    /// The order of ``trials``.
    static func precedes(_ left: Trial, _ right: Trial) -> Bool {
        if left.measure != right.measure { return left.measure < right.measure }
        if left.day != right.day { return left.day < right.day }
        if left.person != right.person { return left.person < right.person }
        return (left.gap?.rawValue ?? "") < (right.gap?.rawValue ?? "")
    }

    package var json: JSONValue {
        var members = JSONObject()
        members.append("manager", .string(manager.rawValue))
        members.append("asOf", .string(asOf.description))
        members.append("policyVersion", .number(JSONNumber(policyVersion)))
        members.append("score", score?.json ?? .null)
        members.append("trials", .array(trials.map(json)))
        return .object(members)
    }

    private func json(_ trial: Trial) -> JSONValue {
        var members = JSONObject()
        members.append("measure", .string(trial.measure.rawValue))
        switch trial.state {
        case .counted:
            members.append("state", "counted")
        case .pending(let due):
            members.append("state", "pending")
            members.append("due", .string(due.description))
        }
        if let day = trial.decidedOn { members.append("decidedOn", .string(day.description)) }
        members.append("n", .number(JSONNumber(trial.n.doubleValue)))
        members.append("s", .number(JSONNumber(trial.s.doubleValue)))
        members.append("person", .string(trial.person.rawValue))
        if let gap = trial.gap { members.append("gap", .string(gap.rawValue)) }
        members.append("explanation", .string(trial.explanation))
        members.append("evidence", .array(trial.evidence.map(json)))
        return .object(members)
    }

    private func json(_ identity: EventIdentity) -> JSONValue {
        var members = JSONObject()
        members.append("source", .string(identity.source))
        members.append("id", .string(identity.id))
        if let event = events[identity] {
            members.append("type", .string(event.type.rawValue))
            members.append("time", .string(event.time.description))
        }
        return .object(members)
    }
}

extension Trial {
    /// The day it is listed by: that which decided it or will; those that the scored day itself decides come last.
    fileprivate var day: Day {
        if case .pending(let due) = state { return due }
        return decidedOn ?? .last
    }
}
