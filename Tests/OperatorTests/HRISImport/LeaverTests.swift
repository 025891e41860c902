import Models
import Testing

@testable import Operator

/// What a person who is missing from a snapshot means.
@Suite(.timeLimit(.minutes(5))) struct LeaverTests {
    private static let both = "1,A,A,,X,,,2020-01-01,,\n2,B,B,,X,,1,2020-01-01,2022-01-01,\n2,B,B,,Y,,1,2022-01-01,,\n"
    private static let one = "1,A,A,,X,,,2020-01-01,,\n"

    private func leaving(_ day: String) throws -> ImportMode { .snapshot(.leave, on: try #require(Day(day))) }

    @Test func `by its word alone they have never been there: the standing assignments are those of the last file`()
        async throws
    {
        try await HRISImports.run { hris in
            try await hris.take(Self.both)
            let plan = try await hris.take(Self.one, allowLeavers: true)
            #expect(plan.events.isEmpty && plan.retractions.count == 2)
            #expect(try await hris.standing() == ["1 2020-01-01 active"])
        }
    }

    @Test func `where leaving is asked for they are inactive from the day on, and their history stays`() async throws {
        try await HRISImports.run { hris in
            try await hris.take(Self.both)
            let left = try await hris.take(Self.one, mode: try leaving("2026-03-01"), allowLeavers: true)
            #expect(left.report.lost == 1 && left.retractions.isEmpty)
            let event = try #require(left.events.first)
            #expect(event.assignment?.manager?.rawValue == "1" && event.assignment?.role?.rawValue == "Y")
            #expect(event.identity.id.dropFirst(32) == "-left-2026-03-01")
            let standing = [
                "1 2020-01-01 active", "2 2020-01-01 active", "2 2022-01-01 active", "2 2026-03-01 gone",
            ]
            #expect(try await hris.standing() == standing)
            // The same file once more on the same day changes nothing, and loses nobody.
            let same = try await hris.take(Self.one, mode: try leaving("2026-03-01"))
            #expect(same.events.isEmpty && same.retractions.isEmpty && same.report.lost == 0)
            #expect(try await hris.standing() == standing)
            // A later snapshot without them, which would lose half of all people if they counted still.
            let again = try await hris.take(Self.one, mode: try leaving("2026-03-02"))
            #expect(again.events.isEmpty && again.retractions.isEmpty && again.report.lost == 0)
        }
    }

    @Test func `what was to begin on the day or later does not`() async throws {
        try await HRISImports.run { hris in
            try await hris.take(Self.both)
            let plan = try await hris.take(Self.one, mode: try leaving("2022-01-01"), allowLeavers: true)
            #expect(plan.retractions.count == 1)
            #expect(
                try await hris.standing() == ["1 2020-01-01 active", "2 2020-01-01 active", "2 2022-01-01 gone"])
        }
    }

    @Test func `whoever comes back keeps the leave and what was before it, by a file without their earlier rows`()
        async throws
    {
        try await HRISImports.run { hris in
            try await hris.take(Self.both)
            try await hris.take(Self.one, mode: try leaving("2026-03-01"), allowLeavers: true)
            let back = Self.one + "2,B,B,,Z,,1,2026-03-01,,\n"
            let plan = try await hris.take(back, mode: try leaving("2026-03-02"))
            #expect(plan.events.count == 1 && plan.retractions.isEmpty)
            // On the very day of the leave: of two assignments from one day on the later one holds.
            let leave = Instant(microseconds: Instant(startOf: try #require(Day("2026-03-01"))).microseconds - 1)
            #expect(plan.events.allSatisfy { $0.time > leave })
            #expect(LeaverRule.time(try #require(Day("2026-03-01"))) == leave)
            let again = try await hris.plan(back, mode: try leaving("2026-03-03"))
            #expect(again.events.isEmpty && again.retractions.isEmpty)
        }
    }

    @Test func `a file that has their earlier rows again takes the leave back`() async throws {
        try await HRISImports.run { hris in
            try await hris.take(Self.both)
            let before = try await hris.standing()
            try await hris.take(Self.one, mode: try leaving("2026-03-01"), allowLeavers: true)
            let plan = try await hris.take(Self.both, mode: try leaving("2026-03-02"))
            #expect(plan.events.isEmpty && plan.retractions.count == 1)
            #expect(try await hris.standing() == before)
        }
    }
}
