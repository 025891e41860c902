package import Models

/// How one vendor's payloads become events: a file of `deploy/connectors`, read and checked.
///
/// Source: docs/connectors.md.
package struct Connector: Sendable {
    package let name: String
    package let title: String
    /// The events' `source`, before `{hook}` is replaced.
    let source: String
    /// Nil: nothing may be posted, the connector only polls.
    package let verification: Verification?
    /// What is set for each hook, with its default; nil where a hook has to say.
    package let settings: [String: String?]
    let tables: [String: LookupTable]
    package let pushed: RuleSet
    package let poll: PollRule?

    /// The events' `source` for a hook: two hooks with one connector never share identities.
    package func source(for hook: String) -> String {
        source.split(separator: "{hook}", omittingEmptySubsequences: false).joined(separator: hook)
    }

    /// Whether what it brings may be somebody's personal learning, of which nothing may be kept when it is refused.
    package var bringsLearning: Bool {
        (pushed.events + (poll?.rules.events ?? [])).contains {
            $0.type == .learningRecorded || $0.type == .trainingCompleted
        }
    }

    /// The settings of a hook, defaults filled in.
    ///
    /// - Throws: ``InvalidValue`` where one is missing or unknown, or has a poll send credentials over plain HTTP.
    package func settings(_ given: [String: String]) throws(InvalidValue) -> [String: String] {
        for name in given.keys.sorted() where settings[name] == nil {
            throw InvalidValue(
                field: "setting \(name)", expected: "one of \(settings.keys.sorted().joined(separator: ", "))",
                got: "another name")
        }
        var values: [String: String] = [:]
        for (name, fallback) in settings {
            guard let value = given[name] ?? fallback else {
                throw InvalidValue(field: "setting \(name)", expected: "a value", got: "none")
            }
            values[name] = value
        }
        if let address = poll?.openAddresses(settings: values).first {
            throw InvalidValue(
                field: "connector \(name), /poll/\(address.member.joined(separator: "/"))",
                expected: PollRule.OpenAddress.expected, got: address.origin)
        }
        return values
    }
}
