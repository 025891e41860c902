import Models

/// What a service needs to do its work, and whether it is there.
package struct ReadinessReport: Sendable {
    package struct Check: Sendable {
        package let name: String
        /// `nil` when all is well, else what is wrong, safe to show.
        package let fault: String?

        package init(name: String, fault: String?) {
            self.name = name
            self.fault = fault
        }
    }

    package let checks: [Check]

    package init(checks: [Check]) {
        self.checks = checks
    }

    package var isReady: Bool { checks.allSatisfy { $0.fault == nil } }

    /// What is wrong, in one sentence for people.
    var detail: String {
        checks.compactMap { check in check.fault.map { "\(check.name): \($0)" } }.joined(separator: "; ")
    }

    /// `{"database":"ok","schema":"expected version 7, got 5"}`
    var json: JSONValue {
        var members = JSONObject()
        for check in checks {
            members.append(check.name, .string(check.fault ?? "ok"))
        }
        return .object(members)
    }
}
