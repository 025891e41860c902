import Foundation
import Support
import Testing

@Suite(.timeLimit(.minutes(10))) struct ImportMemoryTests {
    /// A file of so many people, each with two rows, nine under each manager.
    private static func file(people: Int) throws -> String {
        var text =
            "employee_id,given_name,family_name,email,title,department,manager_id,start_date,end_date,hire_date\n"
        for number in 0..<people {
            let manager = number == 0 ? "" : "p\((number - 1) / 9)"
            let who = "p\(number),Given\(number),Family\(number),p\(number)@example.org"
            text += "\(who),Clerk,Shop,\(manager),2020-01-01,2022-01-01,2020-01-01\n"
            text += "\(who),Boss,\"Shop, \(number % 100)\",\(manager),2022-01-01,,2020-01-01\n"
        }
        let path = FileManager.default.temporaryDirectory.appending(path: "onus-\(UUID()).csv").path
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }

    @Test func `memory does not grow with the file`() async throws {
        try await TestDatabase.withMigrated { database in
            var peaks: [Int] = []
            for people in [1_000, 40_000] {
                let file = try Self.file(people: people)
                defer { try? FileManager.default.removeItem(atPath: file) }  // of a temporary folder
                let process = try TestProcess.built(
                    "onus", ["import", "hris", file, "--dry-run", "--database-url", database.url])
                peaks.append(try await process.peakMemory())
                #expect(await process.wait() == 0)
                #expect(process.output.hasPrefix("\(2 * people) rows of \(people) people: \(2 * people) new events"))
            }
            // Four bytes a person are kept; a row in memory would be some hundreds, and 78,000 of them 80 MiB.
            #expect(peaks[0] > 1 << 20)
            #expect(peaks[1] - peaks[0] < 12 << 20)
        }
    }
}
