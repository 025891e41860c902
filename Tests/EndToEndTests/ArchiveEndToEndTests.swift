import Models
import Postgres
import Support
import Testing

/// Months of a running system go to the archive and come back by the operator's command.
@Suite(.timeLimit(.minutes(10)))
struct ArchiveEndToEndTests {
    /// As if what the log holds had come in three months of a year that is over, in the same order.
    private static func age(_ database: TestDatabase) async throws {
        try await database.pool.withConnection {
            try await $0.script(
                """
                SELECT log.create_partitions('2024-01-01', '2024-03-31');
                UPDATE log.event AS e
                SET recorded = '2024-01-15 00:00Z'::timestamptz + o.month * interval '1 month' + o.n * interval '1 s'
                FROM (
                    SELECT organization_id, identity, row_number() OVER all_rows AS n, ntile(3) OVER all_rows - 1 AS month
                    FROM log.event WINDOW all_rows AS (ORDER BY seq)
                ) AS o
                WHERE o.organization_id = e.organization_id AND o.identity = e.identity;
                """)
        }
    }

    @Test func `old months are listed, archived while services run, read by every command, and restored`() async throws
    {
        try await TestDatabase.withEmpty { database in
            try await Stack.with(owner: database.url) { stack in
                let ingestion = try await stack.start("ingestion")
                let lines = try Golden.lines("small")
                let old = try stack.file("old.ndjson", lines.dropLast(20).joined(separator: "\n"))
                let new = try stack.file("new.ndjson", lines.suffix(20).joined(separator: "\n"))
                try await stack.onus(["send", old, "--url", stack.url])
                let before = try await stack.ids(in: "log.event").count
                try await Self.age(database)
                let scoring = try await stack.start("scoring")
                try await stack.onus(["status", "--wait", "120"])

                func months(_ place: String) async throws -> [String] {
                    try await stack.onus(["archive", "list"]).split(separator: "\n")
                        .map { $0.split(separator: " ").map(String.init) }
                        .filter { $0.count == 4 && $0[0] < "2025" && $0[1] == place && $0[2] == "yes" }.map { $0[0] }
                }
                let all = ["2024-01", "2024-02", "2024-03"]
                #expect(try await months("log") == all)
                #expect(
                    try await stack.onus(["archive", "--keep", "12", "--dry-run"])
                        == all.map { "\($0) would be archived\n" }.joined())
                #expect(try await months("log") == all)
                #expect(try await stack.onus(["archive", "--keep", "12"]) == all.map { "\($0) archived\n" }.joined())
                #expect(try await months("archive") == all)
                #expect(try await stack.onus(["archive", "--keep", "12"]) == "")

                // The old ones are known although they are gone from the log; the new ones come in beside them.
                try await stack.onus(["send", old, "--url", stack.url])
                try await stack.onus(["send", new, "--url", stack.url])
                try await stack.onus(["status", "--wait", "120"])
                let after = try await stack.ids(in: "log.event").count
                #expect((1...20).contains(after))
                #expect(try await stack.ids(in: "log.archive").count == before)
                try await Self.expectGolden(stack)
                try await stack.onus(["replay", "--verify"])

                try await stack.onus(["archive", "restore", "--month", "2024-02"])
                #expect(try await months("archive") == ["2024-01", "2024-03"])
                try await stack.onus(["archive", "restore", "--month", "2024-02"], expecting: 1)
                #expect(try await stack.onus(["archive", "restore"]) == "2024-01 restored\n2024-03 restored\n")
                #expect(try await months("log") == all)
                #expect(try await stack.ids(in: "log.archive").isEmpty)
                #expect(try await stack.ids(in: "log.event").count == before + after)
                try await stack.onus(["status", "--wait", "120"])
                try await Self.expectGolden(stack)
                try await stack.onus(["replay", "--verify"])
                for process in [ingestion, scoring] {
                    process.terminate()
                    #expect(await process.wait(atMost: .seconds(30)) == 0, "\(process.errorOutput.suffix(1_000))")
                }
                try await stack.dropRoles(["ingestion", "scoring"])
            }
        }
    }

    private static func expectGolden(_ stack: Stack) async throws {
        let printed = try await stack.onus(["score", "--as-of", "2026-06-30", "--format", "json"])
        let differences = Golden.differences(try Golden.scores("small", "2026-06-30"), try Golden.parse(printed))
        #expect(differences.isEmpty, "\(differences.prefix(5))")
    }
}
