internal import ArgumentParser

/// What the bench of the event log runs on Onus's side: consumers whose handlers do nothing, or as much as they are told,
/// and a writer at a steady pace; and the workers that tests kill. Installed nowhere.
@main
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Reads and writes the log for the bench.",
        subcommands: [Drain.self, Listen.self, Shards.self, Write.self])
}
