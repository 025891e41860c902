internal import ArgumentParser
internal import Ledger
internal import Models

/// Lists an organisation's policies.
struct PolicyListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The versions, from when each holds, and what it changed.")

    @Option(help: "table, or json.")
    var format = ResultFormat.table
    @OptionGroup var organization: OrganizationOptions

    func run() async throws {
        try await withLedgerFailures {
            try await organization.withOrganization { connection, id in
                let book = try await PolicyBook.load(id, from: connection)
                switch format {
                case .json: Terminal.result(Self.json(book).serialized)
                case .table: Terminal.result(Self.text(book))
                }
            }
        }
    }

    private static func json(_ book: PolicyBook) -> JSONValue {
        .array(
            book.entries.map { entry in
                [
                    "version": .number(JSONNumber(entry.policy.version)),
                    "validFrom": entry.validFrom == .first ? .null : .string(entry.validFrom.description),
                    "policy": entry.policy.json,
                ]
            })
    }

    private static func text(_ book: PolicyBook) -> String {
        var table = TextTable(["VERSION", "VALID FROM", "DIFFERENT FROM THE MODEL'S CONSTANTS"])
        for entry in book.entries {
            let changes = entry.policy.differences(from: .standard).map { "\($0.pointer) \($0.was) → \($0.is)" }
            table.add([
                "\(entry.policy.version)", entry.validFrom == .first ? "the beginning" : "\(entry.validFrom)",
                changes.isEmpty ? "–" : changes.joined(separator: ", "),
            ])
        }
        return table.text
    }
}
