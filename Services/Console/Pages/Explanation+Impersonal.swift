import Accountability
import Ledger
import Models

extension Explanation {
    /// Everybody whom a trial, a change or a next step is about.
    var people: Set<PersonID> {
        Set(trials.map(\.person) + (difference?.changes.compactMap(\.trial?.person) ?? []) + nextSteps.map(\.person))
    }

    /// ``json`` for somebody who has not said why they look: what decided and how it counts, without people, gaps and
    /// events, and without next steps, which are about people.
    var impersonalJSON: JSONValue {
        guard var members = json.object else { return .null }
        members.set("trials", Self.impersonal(members["trials"]))
        members.set("nextSteps", [])
        if var difference = members["difference"]?.object {
            difference.set("trials", Self.impersonal(difference["trials"]))
            members.set("difference", .object(difference))
        }
        return .object(members)
    }

    /// The members of a trial, or of a trial's change, that say nothing of a person. Whatever else a trial may come to
    /// have is left out until it is listed here.
    private static let kept: Set<String> = [
        "measure", "state", "due", "decidedOn", "since", "n", "s", "explanation", "influence", "ifMet", "ifMissed",
        "countsUntil", "kind", "share",
    ]

    private static func impersonal(_ trials: JSONValue?) -> JSONValue {
        .array((trials?.array ?? []).map { $0.object.map { .object(impersonal($0)) } ?? .null })
    }

    private static func impersonal(_ trial: JSONObject) -> JSONObject {
        var members = JSONObject()
        for member in trial.members {
            if kept.contains(member.name) {
                members.append(member)
            } else if ["before", "after"].contains(member.name) {
                members.append(member.name, member.value.object.map { .object(impersonal($0)) } ?? .null)
            }
        }
        return members
    }
}
