import Foundation
import Models
import Testing

@testable import Operator

/// Real HR data: deploy/sample/hris. The numbers are those of its README, and of a count made apart from this code.
@Suite struct HRISFixtureTests {
    static func csv(_ name: String) throws -> [UInt8] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return [UInt8](try Data(contentsOf: root.appending(path: "deploy/sample/hris/\(name)")))
    }

    private func withPlan(of name: String, _ body: (HRISImports.Plan) throws -> Void) async throws {
        let csv = try Self.csv("employees_\(name).csv")
        try await HRISImports.run { hris in
            try body(try await hris.plan(csv: csv, today: try #require(Day("2026-03-31"))))
        }
    }

    @Test func `AdventureWorks is a clean tree`() async throws {
        try await withPlan(of: "adventureworks") { plan in
            #expect(plan.report.people == 290)
            #expect(plan.events.count == 296)
            #expect(plan.report.counts == [.managerAbsent: 101])
            let root = plan.events.filter { event in
                if case .personUpdated(let data) = event.payload { data.manager == nil && data.active } else { false }
            }
            #expect(Set(root.compactMap(\.payload.person?.rawValue)) == ["112"])
        }
    }

    @Test func `Oracle's sample has gaps, past jobs before the hire date and managers who came later`() async throws {
        try await withPlan(of: "oracle_hr") { plan in
            #expect(plan.report.people == 107)
            #expect(plan.report.counts == [.gap: 2, .startsBeforeHire: 4, .managerAbsent: 37])
            #expect(plan.events.count == 119)
        }
    }

    @Test func `Bytebase's sample is large and dirty, and its report stays short`() async throws {
        try await withPlan(of: "bytebase") { plan in
            let lines = try plan.lines
            #expect(plan.report.people == 10_000)
            #expect(plan.report.rows == 23_382)
            #expect(plan.events.count == 25_316)
            #expect(plan.report.count(.managerAbsent) == 11_971)
            #expect(plan.report.count(.managerLeft) == 2_926)
            #expect(plan.report.count(.emptyPeriod) == 1)
            #expect(plan.report.findings[.emptyPeriod]?.first?.person?.rawValue == "14539")
            #expect(plan.report.count(.cycle) == 2)
            #expect(plan.report.findings[.cycle]?.first?.detail == "10039 → 10228 → 10039")
            #expect(plan.report.count(.overlap) == 0)
            #expect(plan.report.count(.badRow) == 0)
            #expect(lines.count < 40)
            let identities = Set(plan.events.map(\.identity))
            #expect(identities.count == plan.events.count)
            #expect(zip(plan.events, plan.events.dropFirst()).allSatisfy(precedes))
        }
    }

    /// By person, and of one person in the order of events.
    private func precedes(_ left: Event, _ right: Event) -> Bool {
        guard let one = left.payload.person, let other = right.payload.person else { return false }
        return one < other || (one == other && left.order < right.order)
    }
}
