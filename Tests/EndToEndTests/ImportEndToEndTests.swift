import Foundation
import Models
import Postgres
import Support
import Testing

@Suite(.timeLimit(.minutes(10)))
struct ImportEndToEndTests {
    private static let samples = Golden.folder.deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("deploy/sample/hris").path

    @Test(arguments: [
        (name: "oracle_hr", people: 107, managers: 11, oddity: "2 gaps between a person's periods"),
        (
            name: "adventureworks", people: 290, managers: 11,
            oddity: "101 rows whose manager has no row on the start date"
        ),
        // A cycle of two; three of the nine current managers have left; 14539 has no day in it and so is nobody.
        (name: "bytebase", people: 9_999, managers: 4, oddity: "2 people whose line of managers comes back to itself"),
    ])
    func `HR data of other people's making imports, is scored, and is reported on where it is odd`(
        sample: (name: String, people: Int, managers: Int, oddity: String)
    ) async throws {
        try await TestDatabase.withEmpty { database in
            try await Stack.with(owner: database.url) { stack in
                let ingestion = try await stack.start("ingestion")
                let scoring = try await stack.start("scoring")
                let file = "\(Self.samples)/employees_\(sample.name).csv"
                let report = try await stack.onus(["import", "hris", file, "--url", stack.url])
                #expect(report.contains(sample.oddity))
                let again = try await stack.onus(["import", "hris", file, "--url", stack.url])
                #expect(again.contains("0 new events"))
                try await stack.onus(["status", "--wait", "200"])
                let known = try await database.pool.query("SELECT count(DISTINCT person) FROM facts.event").only().int(
                    0)
                #expect(known == sample.people)
                // Managers who lead people through roles that nobody defined: clarity and coaching apply.
                let scores = try Golden.parse(try await stack.onus(["score", "--format", "json"]))
                #expect((scores["managers"]?.object?.members.count ?? 0) >= sample.managers)
                try await stack.onus(["replay", "--verify"])
                for process in [ingestion, scoring] {
                    process.terminate()
                    #expect(await process.wait(atMost: .seconds(30)) == 0)
                }
                try await stack.dropRoles(["ingestion", "scoring"])
            }
        }
    }
}
