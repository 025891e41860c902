import Testing

@testable import Operator

struct ProgressDisplayTests {
    private let totals = SendTotals(accepted: 5, duplicates: 1, rejected: 0)

    @Test func `the bar is as full as the share that is done`() {
        #expect(
            ProgressDisplay.line(title: "f", done: 50, total: 100, totals: totals, width: 4)
                == "f: [==  ] 50 %  accepted 5, duplicates 1, rejected 0")
        #expect(
            ProgressDisplay.line(title: "f", done: 100, total: 100, totals: totals, width: 0)
                == "f: 100 %  accepted 5, duplicates 1, rejected 0")
    }

    @Test func `without a known total there is no share`() {
        #expect(
            ProgressDisplay.line(title: "f", done: 50, total: nil, totals: totals, width: 4)
                == "f: accepted 5, duplicates 1, rejected 0")
    }
}
