internal import ArgumentParser
internal import Models

struct ConnectorListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the hooks, without their secrets, and how their polls stand.")

    @OptionGroup var organization: OrganizationOptions

    func run() async throws {
        let records = try await organization.withOrganization { connection, id in
            try await Hooks(connection, id).list()
        }
        var table = TextTable([
            "name", "connector", "role", "secret", "api secret", "switched off", "next poll", "cursor", "last poll",
            "last error",
        ])
        for record in records {
            table.add([
                record.name, record.connector, record.role, record.secret ?? "-", record.apiSecret ?? "-",
                record.disabled?.description ?? "-", record.due?.description ?? "-",
                (record.cursor ?? "-").printable, record.lastSuccess?.description ?? "-",
                (record.lastError ?? "-").printable,
            ])
        }
        Terminal.result(table.text)
    }
}
