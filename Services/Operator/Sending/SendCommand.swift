internal import ArgumentParser

struct SendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "send", abstract: "Push events from an NDJSON file through ingestion.",
        discussion: """
            Each line is one event as structured CloudEvents JSON. Sent again, an event counts as a duplicate. An \
            interrupted run leaves FILE.progress, and the next one goes on from there. Rejected lines are printed with \
            their number and the JSON Pointer of the problem, and make the command exit with 1.
            """)

    @Argument(help: "The file; - is standard input.") var file: String
    @OptionGroup var ingestion: IngestionOptions
    @OptionGroup var organization: OrganizationOptions

    func run() async throws {
        let sending = SendingToken(ingestion: ingestion, organization: organization)
        let totals = try await sending.use { token in
            try await ingestion.withClient(token: token) { client in
                try await FileSender(
                    file: file, receiver: "\(ingestion.base)\n\(sending.receiver)", client: client
                ).send()
            }
        }
        Terminal.result(totals.description)
        if totals.rejected > 0 { throw CommandFailure.negative("") }
    }
}
