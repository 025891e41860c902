internal import ArgumentParser
internal import Foundation
internal import Models

struct WebhookCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhook", abstract: "Register receivers of outgoing webhooks (Standard Webhooks 1.0).",
        subcommands: [Create.self, List.self, Rotate.self, Enable.self, Delete.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Register a receiver and print the secret that its calls are signed with.")

        @Option(help: "Where the calls go: http or https.") var url: String
        @Option(
            help: ArgumentHelp(
                "A kind of notice, or all; may be given several times: "
                    + NoticeKind.allCases.map(\.rawValue).joined(separator: ", ") + "."))
        var kind: [String]
        @OptionGroup var organization: OrganizationOptions

        func run() async throws {
            let kinds = try kinds()
            guard Self.isWebAddress(url) else {
                throw CommandFailure.usage("--url: expected an http or https address without user or fragment")
            }
            let secret = WebhookKey()
            let id = try await organization.withOrganization { connection, id in
                try await Webhooks(connection, id).create(url: url, kinds: kinds, secret: secret)
            }
            Terminal.note("webhook \(id)")
            Terminal.result(secret.text)
        }

        private func kinds() throws(CommandFailure) -> [NoticeKind] {
            if kind.contains("all") { return NoticeKind.allCases }
            var kinds: Set<NoticeKind> = []
            for name in kind {
                guard let kind = NoticeKind(rawValue: name) else {
                    throw .usage("--kind: expected a kind of notice or all, got \(name)")
                }
                kinds.insert(kind)
            }
            return NoticeKind.allCases.filter(kinds.contains)
        }

        /// The same addresses that the notification service agrees to call.
        static func isWebAddress(_ text: String) -> Bool {
            guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
                scheme == "http" || scheme == "https", let host = parts.host, !host.isEmpty
            else { return false }
            return parts.user == nil && parts.password == nil && parts.fragment == nil
                && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the receivers, without their secrets.")

        @OptionGroup var organization: OrganizationOptions

        func run() async throws {
            let records = try await organization.withOrganization { connection, id in
                try await Webhooks(connection, id).list()
            }
            var table = TextTable(["id", "url", "created", "switched off", "secrets", "kinds"])
            for record in records {
                table.add([
                    String(record.id), record.url, record.created.description, record.disabled?.description ?? "-",
                    String(record.secrets), record.kinds.joined(separator: ","),
                ])
            }
            Terminal.result(table.text)
        }
    }

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a new secret; calls are signed with it and with the present one.")

        @Option(help: "Its number, as listed.") var id: Int64
        @OptionGroup var organization: OrganizationOptions

        func run() async throws {
            let secret = WebhookKey()
            let isKnown = try await organization.withOrganization { connection, organization in
                try await Webhooks(connection, organization).rotate(id, to: secret)
            }
            guard isKnown else { throw CommandFailure.negative("there is no webhook \(id)") }
            Terminal.result(secret.text)
        }
    }

    struct Enable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Switch a receiver on again; onus deliveries resume --webhook tries what was parked.")

        @Option(help: "Its number, as listed.") var id: Int64
        @OptionGroup var organization: OrganizationOptions

        func run() async throws {
            let isKnown = try await organization.withOrganization { connection, organization in
                try await Webhooks(connection, organization).enable(id)
            }
            guard isKnown else { throw CommandFailure.negative("there is no webhook \(id)") }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Delete a receiver.")

        @Option(help: "Its number, as listed.") var id: Int64
        @OptionGroup var organization: OrganizationOptions

        func run() async throws {
            let isKnown = try await organization.withOrganization { connection, organization in
                try await Webhooks(connection, organization).delete(id)
            }
            guard isKnown else { throw CommandFailure.negative("there is no webhook \(id)") }
        }
    }
}
