import Ledger
import Models
import Testing

@testable import Operator

@Suite struct ScoreTableTests {
    private static let day = Day(number: 20_543)

    @Test(arguments: [nil, 2, 40])
    func `a table asks for the names of those it shows, and of nobody else`(top: Int?) throws {
        var managers: [PersonID: ManagerScore] = [:]
        var events: [Event] = []
        for number in 0..<60 {
            let manager = PersonID(unchecked: "m\(number)")
            let score = number < 30 ? Double(number) : nil
            managers[manager] = ManagerScore(
                manager: manager, level: 0.5, score: score, low: score, high: score,
                status: score == nil ? .insufficient : .mixed, measures: [:])
            events.append(
                Event(
                    identity: EventIdentity(source: "/test", id: "\(number)"), time: Instant(startOf: Self.day),
                    payload: .personUpdated(
                        PersonUpdated(person: manager, effectiveFrom: Self.day, active: true, name: "Name\(number)."))))
        }
        let report = ScoreReport(asOf: Self.day, managers: managers, programmes: [:])
        let shown = Set(ScoreTable(report: report, top: top).shown)
        let text = ScoreTable(report: report, top: top, names: PersonNames(events, asOf: Self.day)).text
        let named = managers.keys.filter { text.contains("(\($0.rawValue))") }
        #expect(shown == Set(named))
        #expect(shown.count == (top == 2 ? 24 : 50))
    }
}
