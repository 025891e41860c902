internal import ArgumentParser

/// What the bench of the event log runs on Onus's side: a consumer whose handler does nothing, and a writer at a steady
/// pace. Started by deploy/bench/log; installed nowhere.
@main
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Reads and writes the log for the bench.",
        subcommands: [Drain.self, Listen.self, Write.self])
}
