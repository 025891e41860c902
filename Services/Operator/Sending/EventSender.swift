internal import Models

/// Sends events that a command made itself.
struct EventSender {
    let client: IngestionClient
    let title: String

    /// - Parameter batches: Events as NDJSON. Each is sent whole before the next begins.
    /// - Returns: What became of all of them. Rejected ones are printed with their identity.
    func send(_ batches: [SpoolFile]) async throws -> SendTotals {
        var totals = SendTotals()
        var done = 0
        var display = ProgressDisplay(title: title, total: batches.reduce(0) { $0 + $1.count })
        for batch in batches {
            let contents = try batch.contents()
            var slicer = LineSlicer()
            var isOver = false
            while !isOver {
                let bytes = try contents.next()
                isOver = bytes.isEmpty
                for slice in isOver ? slicer.finish() : slicer.add(bytes) {
                    let receipt = try await client.deliver(slice)
                    totals.add(receipt)
                    done += slice.lines.count
                    report(receipt.rejected, of: slice)
                    display.show(done: done, totals: totals)
                }
            }
        }
        display.finish(done: done, totals: totals)
        return totals
    }

    private func report(_ rejected: [Receipt.Rejection], of slice: LineSlice) {
        guard !rejected.isEmpty else { return }
        let lines = slice.body.split(separator: UInt8(ascii: "\n"))
        for rejection in rejected where lines.indices.contains(rejection.index) {
            // A line of our own making.
            let id = (try? JSONParser.parse(Array(lines[rejection.index])))?["id"]?.string ?? ""
            Terminal.result("event \(id): \(rejection.pointer): \(rejection.title): \(rejection.detail)".printable)
        }
    }
}
