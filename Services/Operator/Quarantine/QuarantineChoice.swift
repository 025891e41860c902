internal import ArgumentParser
internal import EventLog

/// Which held events a command is for.
struct QuarantineChoice: ParsableArguments {
    @Option(help: "One by its number; may be repeated.") var id: [Int64] = []
    @Flag(help: "All that are held.") var all = false

    func validate() throws {
        guard all == id.isEmpty else {
            throw ValidationError("expected --id or --all, got \(all ? "both" : "neither")")
        }
    }

    /// Runs `body` for each, those of `--all` oldest first.
    func forEach(of desk: QuarantineDesk, _ body: (Int64) async throws -> Void) async throws {
        for id in id { try await body(id) }
        guard all else { return }
        var last: Int64 = 0
        while true {
            let page = try await desk.numbers(.held, after: last, limit: 500)
            for id in page { try await body(id) }
            guard let next = page.last else { return }
            last = next
        }
    }
}
