internal import ArgumentParser
internal import Models
internal import Postgres

struct DeliveriesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliveries", abstract: "See how notices go out, and put right what got stuck.",
        subcommands: [List.self, Resume.self, Park.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List deliveries, the newest first; without --state, those that are parked.")

        @Option(help: "\(DeliveryState.allCases.map(\.rawValue).joined(separator: ", ")).")
        var state: DeliveryState = .parked
        @Option(help: "At most this many, 1 to 1000.") var limit = 50
        @OptionGroup var organization: OrganizationOptions

        func validate() throws {
            guard (1...1000).contains(limit) else {
                throw ValidationError("--limit: expected a number in 1...1000, got \(limit)")
            }
        }

        func run() async throws {
            let records = try await organization.withOrganization { connection, id in
                try await Deliveries(connection, id).list(state, limit: limit)
            }
            var table = TextTable(["id", "kind", "channel", "to", "state", "attempts", "due", "last error"])
            for record in records {
                table.add([
                    String(record.id), record.kind, record.channel, record.receiver, record.state.rawValue,
                    String(record.attempts), record.due.description, record.lastError ?? "-",
                ])
            }
            Terminal.result(table.text)
        }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Try parked deliveries again from now on, with all their attempts; prints how many.")

        @OptionGroup var choice: DeliveryChoice
        @OptionGroup var organization: OrganizationOptions

        func run() async throws {
            let count = try await organization.withOrganization { connection, id in
                try await Deliveries(connection, id).resume(choice.scope)
            }
            guard count > 0 else { throw CommandFailure.negative("no such delivery is parked") }
            Terminal.result("\(count)")
        }
    }

    struct Park: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Hold back pending deliveries until they are resumed; prints how many.")

        @OptionGroup var choice: DeliveryChoice
        @OptionGroup var organization: OrganizationOptions

        func run() async throws {
            let count = try await organization.withOrganization { connection, id in
                try await Deliveries(connection, id).park(choice.scope)
            }
            guard count > 0 else { throw CommandFailure.negative("no such delivery is pending") }
            Terminal.result("\(count)")
        }
    }
}

extension DeliveryState: ExpressibleByArgument {}
