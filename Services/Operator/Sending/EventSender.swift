internal import Models

/// Sends events that a command made itself.
struct EventSender {
    let client: IngestionClient
    let title: String

    /// - Parameter batches: Each is sent whole before the next begins.
    /// - Returns: What became of all of them. Rejected ones are printed with their identity.
    func send(_ batches: [[Event]]) async throws -> SendTotals {
        var totals = SendTotals()
        var done = 0
        let count = batches.reduce(0) { $0 + $1.count }
        var display = ProgressDisplay(title: title, total: count)
        for events in batches {
            var slicer = LineSlicer()
            // One line an event, so a line's number is its event's.
            for (position, event) in events.enumerated() {
                var line: [UInt8] = []
                event.structured.write(into: &line)
                line.append(UInt8(ascii: "\n"))
                var slices = slicer.add(line)
                if position == events.count - 1 { slices += slicer.finish() }
                for slice in slices {
                    let receipt = try await client.deliver(slice)
                    totals.add(receipt)
                    done += slice.lines.count
                    for rejection in receipt.rejected where slice.lines.indices.contains(rejection.index) {
                        report(rejection, of: events[slice.lines[rejection.index] - 1])
                    }
                    display.show(done: done, totals: totals)
                }
            }
        }
        display.finish(done: done, totals: totals)
        return totals
    }

    private func report(_ rejection: Receipt.Rejection, of event: Event) {
        Terminal.result("event \(event.identity.id): \(rejection.pointer): \(rejection.title): \(rejection.detail)")
    }
}
