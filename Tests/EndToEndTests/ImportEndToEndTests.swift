import Foundation
import Models
import Postgres
import Support
import Testing

@Suite(.timeLimit(.minutes(10)))
struct ImportEndToEndTests {
    @Test func `HR data sets of other people's making import, are scored, and are reported on where they are odd`()
        async throws
    {
        let samples = Golden.folder.deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("deploy/sample/hris").path
        try await TestDatabase.withEmpty { database in
            try await Stack.with(owner: database.url) { stack in
                let ingestion = try await stack.start("ingestion")
                let scoring = try await stack.start("scoring")
                for (name, people) in [("oracle_hr", 107), ("adventureworks", 290)] {
                    try await stack.onus(["organization", "create", name])
                    let file = "\(samples)/employees_\(name).csv"
                    for _ in 0..<2 {
                        try await stack.onus(["import", "hris", file, "--url", stack.url, "--organization", name])
                    }
                    try await stack.onus(["status", "--wait", "120", "--organization", name])
                    let known = try await database.pool.query(
                        """
                        SELECT count(DISTINCT person) FROM facts.event AS e JOIN onus.organization AS o
                        ON o.id = e.organization_id WHERE o.name = $1
                        """, [.text(name)]
                    ).only().int8(0)
                    #expect(known == people)
                    // Managers who lead people through roles that nobody defined: clarity and coaching apply.
                    let scores = try Golden.parse(
                        try await stack.onus(["score", "--format", "json", "--organization", name]))
                    #expect((scores["managers"]?.object?.members.count ?? 0) > 10)
                    try await stack.onus(["replay", "--verify", "--organization", name])
                }
                for process in [ingestion, scoring] {
                    process.terminate()
                    #expect(await process.wait(atMost: .seconds(10)) == 0)
                }
                try await stack.dropRoles(["ingestion", "scoring"])
            }
        }
    }
}
