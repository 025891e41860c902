import FoundationEssentials
import Models
import Testing

@testable import Calibration

@Suite struct StudyTests {
    private let cells = [
        Cell(population: .independent, team: 3), Cell(population: .even(scores: 50...100), team: 8),
        Cell(population: .level(0.5), team: 3, conduct: .bursts),
    ]

    @Test func `a study is the same each time, whatever its other cells and the order of its tasks`() async throws {
        let study = try Study(managers: 20, seed: 4, cells: cells)
        let summaries = await study.run()
        #expect(summaries.map(\.cell) == cells)
        #expect(summaries.allSatisfy { $0.managers == 20 })
        #expect(await study.run() == summaries)
        let alone = await (try Study(managers: 20, seed: 4, cells: [cells[1]])).run()
        #expect(alone == [summaries[1]])
        let other = await (try Study(managers: 20, seed: 5, cells: cells)).run()
        #expect(other != summaries)
    }

    @Test func `nobody who is great is shown as outsourced, and nobody who is bad as owning`() async throws {
        let cells = [Cell(population: .level(0.9), team: 8), Cell(population: .level(0.1), team: 8)]
        let summaries = await (try Study(managers: 60, cells: cells)).run()
        #expect(summaries[0].share(of: .owning) > 0.9)
        #expect(summaries[1].share(of: .outsourced) > 0.9)
        #expect(summaries[0].notOutsourced == CellSummary.Share(count: 0, of: 60))
        #expect(summaries[1].notOwning == CellSummary.Share(count: 0, of: 60))
    }

    @Test func `complement's curve rises with coaching and passes one half near one half`() async throws {
        let study = try Study(managers: 200, cells: [cells[0]])
        let curve = try #require(await study.curves()[.poisson])
        let values = [0.1, 0.3, 0.5, 0.7, 0.9].map(curve.rate(coaching:))
        #expect(values == values.sorted())
        #expect(values[0] < 0.05)
        #expect(abs(values[2] - 0.5) < 0.1)
        #expect(values[4] > 0.95)
    }

    @Test func `a study refuses what it can't simulate`() {
        #expect(throws: InvalidValue.self) { try Study(managers: 0) }
        var policy = Policy.standard
        policy.closureDue = policy.actionDue
        #expect(throws: InvalidValue.self) { try Study(policy: policy) }
    }
}

/// The committed study against the code that is to have written it.
@Suite struct PublishedStudyTests {
    private func published(_ name: String) throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: "docs/studies/\(name)"), encoding: .utf8)
    }

    @Test func `the page says what the code assumes, with the standard policy`() throws {
        let isCurrent = try published("calibration.md").contains(StudyReport.assumptions(try Study()))
        #expect(isCurrent, "docs/studies is stale: run `make calibrate`")
    }

    @Test func `the table has the code's columns and cells`() throws {
        let lines = try published("calibration.csv").split(separator: "\n").map(String.init)
        let cells = try Study().cells
        #expect(lines.first == StudyTable.header)
        #expect(lines.count == cells.count + 1)
        for (line, cell) in zip(lines.dropFirst(), cells) { #expect(line.hasPrefix(StudyTable.key(cell))) }
    }
}
