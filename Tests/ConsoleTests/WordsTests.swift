import Models
import Testing

@testable import Console

@Suite struct WordsTests {
    @Test(arguments: [
        (0.0, 0, "0"), (49.95, 1, "50.0"), (-0.04, 1, "0.0"), (-12.345, 2, "-12.35"), (99.999, 1, "100.0"),
        (1.05, 3, "1.050"), (.nan, 1, "–"), (.infinity, 0, "–"),
    ])
    func `figures have just the decimals asked for`(value: Double, digits: Int, text: String) {
        #expect(Figure.fixed(value, digits) == text)
    }

    @Test func `every identifier makes a path of one segment`() {
        #expect(Link.manager(PersonID(unchecked: "a/b?c#d é")) == "/managers/a%2Fb%3Fc%23d%20%C3%A9")
        #expect(Link.gap(GapID(unchecked: "..")) == "/gaps/%2E%2E")
        #expect(Link.gap(GapID(unchecked: "v1.2_a-~")) == "/gaps/v1.2_a-~")
    }

    @Test func `an interval is drawn within its scale and says its numbers`() {
        let drawing = IntervalDrawing(score: 50, low: 0, high: 100, tone: "mixed", marks: [60], what: "Score")
        #expect(drawing.low == "10.0")
        #expect(drawing.width == "200.0")
        #expect(drawing.point == "110.0")
        #expect(drawing.marks.map(\.x) == ["130.0"])
        #expect(drawing.label == "Score 50, interval 0 to 100")
        #expect(!IntervalDrawing(nothingFor: "Score", marks: []).drawn)
    }

    @Test func `the scoreboard is filtered by name, unit and status and puts the unscored last`() {
        func summary(_ id: String, _ score: Double?, _ unit: String) -> ManagerSummary {
            let row = ManagerScore(
                manager: PersonID(unchecked: id), level: 0.5, score: score, low: score, high: score,
                status: score == nil ? .insufficient : .mixed, measures: [:])
            return ManagerSummary(score: row, name: id.uppercased(), title: nil, unit: unit)
        }
        let all = [summary("ann", 40, "Sales"), summary("bob", nil, "Sales"), summary("cid", 80, "Tools")]
        func names(_ text: String, _ status: ManagerStatus?, _ order: ScoreboardFilter.Order) -> [String] {
            ScoreboardFilter(text: text, status: status, order: order).apply(to: all).map(\.score.manager.rawValue)
        }
        #expect(names("", nil, .highest) == ["cid", "ann", "bob"])
        #expect(names("", nil, .lowest) == ["ann", "cid", "bob"])
        #expect(names("", nil, .name) == ["ann", "bob", "cid"])
        #expect(names("sal", nil, .highest) == ["ann", "bob"])
        #expect(names("", .insufficient, .highest) == ["bob"])
        #expect(names("AN", nil, .highest) == ["ann"])
    }
}
