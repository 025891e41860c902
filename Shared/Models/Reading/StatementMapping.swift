/// Which statements of xAPI an organisation ties to the job; all others are the learner's own.
///
/// Source: docs/xapi.md.
package struct StatementMapping: Hashable, Sendable {
    /// The first that matches and finds a tie counts.
    package let rules: [StatementRule]

    /// Nothing is tied to the job.
    package static let none = StatementMapping(rules: [])

    private init(rules: [StatementRule]) { self.rules = rules }

    /// - Throws: ``Problem`` with the pointer to the first fault.
    package init(_ value: JSONValue) throws(Problem) {
        guard case .object(let members) = value, let rules = members["rules"]?.array else {
            throw Problem.illTyped("/rules", "expected an object with an array of rules")
        }
        for member in members.members where member.name != "rules" {
            throw Problem.illTyped(JSONPointer.appending(member.name, to: ""), "expected rules alone")
        }
        guard rules.count <= 1_000 else {
            throw Problem.illTyped("/rules", "expected at most 1000 rules, got \(rules.count)")
        }
        var read: [StatementRule] = []
        for (index, rule) in rules.enumerated() {
            read.append(try StatementRule(rule, at: JSONPointer.appending(index, to: "/rules")))
        }
        self.rules = read
    }
}
