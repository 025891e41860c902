internal import ArgumentParser
internal import Models

struct GenerateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate", abstract: "Write the events of a realistic organisation that does not exist.",
        discussion: """
            Events are NDJSON, in the order of time, ready for `onus send`; the same for the same options. With --over, \
            who works where comes from a snapshot of an HR system (to be imported by `onus import hris`), and only what \
            its people do is made up.
            """)

    @Option(help: "How many people, those who join and leave included.") var people: Int?
    @Option(help: "How many days.") var days: Int
    @Option(help: "The last of the days, YYYY-MM-DD.") var until: String
    @Option(help: "A whole number; another one gives another organisation.") var seed: UInt64 = 1
    @Option(help: "A CSV file of people, in place of --people; - is standard input.") var over: String?

    func run() async throws {
        let generator = try generator()
        var bytes: [UInt8] = []
        for event in generator {
            event.structured.write(into: &bytes)
            bytes.append(UInt8(ascii: "\n"))
            if bytes.count > 1 << 18 {
                Terminal.result(bytes: bytes)
                bytes.removeAll(keepingCapacity: true)
            }
        }
        Terminal.result(bytes: bytes)
    }

    private func generator() throws(CommandFailure) -> Generator {
        guard let until = Day(until) else { throw .usage("until: expected a date YYYY-MM-DD, got \(until)") }
        do {
            switch (people, over) {
            case (let people?, nil):
                return try Generator(people: people, days: days, until: until, seed: seed)
            case (nil, let over?):
                let snapshot = try HRISSnapshot(csv: try ByteFile(path: over).contents())
                return try Generator(over: snapshot, days: days, until: until, seed: seed)
            case (nil, nil), (_?, _?):
                throw CommandFailure.usage("expected one of --people and --over")
            }
        } catch let failure as CommandFailure {
            throw failure
        } catch let error as HRISImportError {
            throw .negative("\(over ?? ""): \(error)")
        } catch {
            // What is left is an InvalidValue: an option out of its range.
            throw .usage("\(error)")
        }
    }
}
