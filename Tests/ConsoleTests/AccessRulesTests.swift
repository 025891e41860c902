import Models
import Testing

@testable import Console

@Suite struct AccessRulesTests {
    private let own = PersonID(unchecked: "me")
    private let other = PersonID(unchecked: "somebody")

    private func rules(_ role: ConsoleRole) -> AccessRules {
        AccessRules(viewer: Viewer(organization: .default, person: own, role: role))
    }

    @Test(arguments: [
        (ConsoleRole.employee, AccessRules.Verdict.refused), (.manager, .logged), (.learningAndDevelopment, .refused),
        (.humanResources, .logged), (.operator, .refused),
    ])
    func `the scoreboard is for managers and HR`(role: ConsoleRole, verdict: AccessRules.Verdict) {
        #expect(rules(role).scoreboard == verdict)
    }

    @Test(arguments: ConsoleRole.allCases)
    func `a manager's score is seen by the manager, the leaders above and HR alone`(role: ConsoleRole) {
        let rules = rules(role)
        #expect(
            rules.managerScore(of: own, isBelow: false)
                == [.manager: .open, .humanResources: .logged][role, default: .refused])
        #expect(
            rules.managerScore(of: other, isBelow: true)
                == [.manager: .logged, .humanResources: .logged][role, default: .refused])
        #expect(rules.managerScore(of: other, isBelow: false) == [.humanResources: .logged][role, default: .refused])
    }

    @Test(arguments: ConsoleRole.allCases)
    func `a person's record is the person's, and the line's, and HR's with a reason`(role: ConsoleRole) {
        let rules = rules(role)
        #expect(rules.record(of: own, isBelow: false, hasReason: false) == (role == .operator ? .refused : .open))
        #expect(
            rules.record(of: other, isBelow: true, hasReason: false)
                == [.manager: .logged, .humanResources: .needsReason][role, default: .refused])
        #expect(
            rules.record(of: other, isBelow: false, hasReason: false)
                == [.humanResources: .needsReason][role, default: .refused])
        #expect(
            rules.record(of: other, isBelow: false, hasReason: true)
                == [.humanResources: .logged][role, default: .refused])
    }

    @Test(arguments: ConsoleRole.allCases)
    func `whose evidence it is is the line's to see, and HR's with a reason`(role: ConsoleRole) {
        let rules = rules(role)
        for (manager, isBelow) in [(own, false), (other, true)] {
            #expect(
                rules.evidence(of: manager, isBelow: isBelow, hasReason: false)
                    == [.manager: .logged, .humanResources: .needsReason][role, default: .refused])
        }
        #expect(
            rules.evidence(of: other, isBelow: false, hasReason: true)
                == [.humanResources: .logged][role, default: .refused])
    }

    @Test func `programmes are for L&D and HR`() {
        for role in ConsoleRole.allCases {
            let expected: AccessRules.Verdict =
                role == .learningAndDevelopment || role == .humanResources ? .open : .refused
            #expect(rules(role).programmes == expected)
        }
    }
}
