import Accountability
package import Models

extension Comparison {
    package var json: JSONValue {
        var members = JSONObject()
        members.append("from", from.json)
        members.append("to", to.json)
        let constants = to.policy.differences(from: from.policy).map { constant -> JSONValue in
            ["pointer": .string(constant.pointer), "from": .number(constant.was), "to": .number(constant.is)]
        }
        members.append("constants", .array(constants))
        let statuses = statusMoves.map { move -> JSONValue in
            [
                "from": move.from.json, "to": move.to.json, "managers": .number(JSONNumber(move.managers)),
            ]
        }
        members.append(
            "summary",
            [
                "compared": .number(JSONNumber(compared)), "changed": .number(JSONNumber(moves.count)),
                "statusMoves": .array(statuses),
            ])
        members.append("managers", .array(moves.map(json)))
        return .object(members)
    }

    private func json(_ move: Move) -> JSONValue {
        var members = JSONObject()
        members.append("manager", .string(move.manager.rawValue))
        members.append("name", names.name(of: move.manager).map { .string($0) } ?? .null)
        members.append("change", move.change.json)
        members.append("from", move.before?.json ?? .null)
        members.append("to", move.after?.json ?? .null)
        if let difference = differences[move.manager] {
            if let share = difference.policyShare { members.append("policyShare", .number(JSONNumber(share))) }
            members.append("trials", .array(difference.changes.map { $0.json(events) }))
        }
        return .object(members)
    }
}

extension Comparison.Side {
    fileprivate var json: JSONValue {
        ["asOf": .string(day.description), "policyVersion": .number(JSONNumber(policy.version))]
    }
}

extension ManagerStatus? {
    fileprivate var json: JSONValue { map { .string($0.rawValue) } ?? .null }
}
