internal import ArgumentParser

/// What `make bench` needs and nobody else.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "What make bench prepares databases with.", shouldDisplay: false,
        subcommands: [BenchLoadCommand.self])
}
