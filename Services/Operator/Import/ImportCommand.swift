internal import ArgumentParser

struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Bring data of other systems in, through ingestion.",
        subcommands: [ImportHRISCommand.self])
}
