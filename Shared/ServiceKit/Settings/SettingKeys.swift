package import Logging

/// Every setting of every executable. The README's table is checked against ``all`` by a test.
package enum SettingKeys {
    // Every service
    package static let databaseURL = SettingKey<Secret>(
        "database-url", .databaseURL, fallback: nil, isSecret: true, "The PostgreSQL database, as a libpq URI")
    package static let databasePooled = SettingKey(
        "database-pooled", .flag, default: false,
        "The database's URL leads through a pooler that gives each transaction another session (PgBouncer in transaction mode)"
    )
    package static let databaseDirectURL = SettingKey<Secret?>.optional(
        "database-direct-url", .databaseURL, isSecret: true, unset: "`ONUS_DATABASE_URL`",
        "The way round the pooler, for the connections that must keep their session: listeners, and the lock of the active scoring process"
    )
    package static let databasePoolSize = SettingKey(
        "database-pool-size", .integer(in: 2...200), unit: "connections", default: 8,
        "Most connections that one process opens, its listeners apart")
    package static let host = SettingKey(
        "host", .text, default: "127.0.0.1", "The address that the service listens on")
    package static let logLevel = SettingKey(
        "log-level", .logLevel, fallback: Logger.Level.info, fallbackText: "info", "The least level that is logged")
    package static let publicURL = SettingKey<String?>.optional(
        "public-url", .httpURL, unset: "the console's own address", "Where people reach the console, for links")

    /// The port, whose default depends on the service.
    package static func port(of service: ServiceName) -> SettingKey<Int> {
        SettingKey("port", portKind, default: service.defaultPort, portSummary)
    }

    // Ingestion
    package static let ingestionMemory = SettingKey(
        "ingestion-memory", .integer(in: 32...65_536), unit: "MiB", default: 256,
        "Memory for the request bodies that ingestion has in hand; what exceeds it is answered 429")

    package static let ingestionPending = SettingKey(
        "ingestion-pending", .integer(in: 100...1_000_000), unit: "events", default: 20_000,
        "Most single events that wait to be stored; further ones are answered 429")
    package static let ingestionPendingMemory = SettingKey(
        "ingestion-pending-memory", .integer(in: 1...65_536), unit: "MiB", default: 128,
        "Memory for the single events that wait to be stored; further ones are answered 429")
    package static let ingestionBacklog = SettingKey(
        "ingestion-backlog", .integer(in: 0...2_000_000_000), unit: "events", default: 50_000_000,
        "Most events that scoring may have unread; beyond it events are answered 429 until four fifths are left; 0: no limit"
    )
    package static let ingestionTier = SettingKey(
        "ingestion-tier", .integer(in: 1...1_000_000_000), unit: "identities", default: 500_000,
        "How many events' identities are kept in one table before the next one is begun, or a sixteenth of all if that is more"
    )
    package static let connectors = SettingKey<String?>.optional(
        "connectors", .text, unset: "no connectors",
        "The folder of connectors (*.yaml) for vendors' webhooks and polls")
    package static let connectorSecrets = SettingKey<String?>.optional(
        "connector-secrets", .text, unset: "variables ONUS_SECRET_… only",
        "The folder of connectors' secrets, one file each")

    // Notification
    package static let smtpURL = SettingKey<Secret?>.optional(
        "smtp-url", .smtpURL, isSecret: true, unset: "in-app inbox only", "The server that e-mail is handed to")
    package static let mailFrom = SettingKey(
        "mail-from", .text, default: "onus@localhost", "The sender of e-mail")
    package static let smtpAuthorities = SettingKey<String?>.optional(
        "smtp-ca-file", .text, unset: "the system's", "Certificates (PEM) to trust as the mail server's authorities")
    package static let unsubscribeURL = SettingKey<String?>.optional(
        "unsubscribe-url", .httpURL, unset: "the service's own address",
        "Where mail programs reach the notification service; one-click unsubscribing needs an https address")
    package static let webhookNetworks = SettingKey(
        "webhook-networks", .text, default: "127.0.0.0/8,::1/128",
        "Networks that webhooks may call beside public addresses, in CIDR notation with commas between them; `none` for public ones alone"
    )

    // Console
    package static let developmentSignIn = SettingKey(
        "development-sign-in", .flag, default: false,
        "Let anybody on loopback sign in as anybody; for development only, refused where `ONUS_HOST` or `ONUS_PUBLIC_URL` is another address"
    )

    package static let sessionKey = SettingKey<Secret?>.optional(
        "session-key", .secret, isSecret: true, unset: "a new one at each start",
        "What seals the console's sessions; the same for all its replicas")
    package static let organization = SettingKey(
        "organization", .text, default: "default", "The organisation that people sign in to")

    private static let portKind = SettingKind.integer(in: 0...65_535)
    private static let portSummary = "The port that the service listens on; 0 lets the system choose"
    private static let anyPort = SettingKey<Int>(
        "port", portKind, fallback: 0,
        fallbackText: ServiceName.allCases.map { "\($0.defaultPort) (\($0.rawValue))" }.joined(separator: ", "),
        portSummary)

    /// The keys that every service reads.
    package static func common(of service: ServiceName) -> [SettingDescription] {
        [
            databaseURL.description, databasePooled.description, databaseDirectURL.description,
            databasePoolSize.description, host.description, port(of: service).description, logLevel.description,
            publicURL.description,
        ]
    }

    /// The keys that this service alone reads.
    package static func own(of service: ServiceName) -> [SettingDescription] {
        switch service {
        case .ingestion:
            [
                ingestionMemory.description, ingestionPending.description, ingestionPendingMemory.description,
                ingestionBacklog.description, ingestionTier.description, connectors.description,
                connectorSecrets.description,
            ]
        case .scoring: []
        case .notification:
            [
                smtpURL.description, smtpAuthorities.description, mailFrom.description, unsubscribeURL.description,
                webhookNetworks.description,
            ]
        case .console: [developmentSignIn.description, sessionKey.description, organization.description]
        }
    }

    /// Every key with those that read it (`every service`, or a service's name), in the table's order.
    package static let all: [(key: SettingDescription, readers: String)] =
        [
            databaseURL.description, databasePooled.description, databaseDirectURL.description,
            databasePoolSize.description, host.description, anyPort.description, logLevel.description,
            publicURL.description,
        ].map { ($0, "every service") }
        + ServiceName.allCases.flatMap { service in own(of: service).map { ($0, service.rawValue) } }

    /// The README's table, one line a key.
    package static var markdownTable: String {
        let rows = all.map { key, readers in
            let type = [key.type, key.unit, key.range].compactMap(\.self).joined(separator: ", ")
            return "| `\(key.environmentName)` | `\(key.flag)` | \(readers) | \(type) | \(key.defaultText) "
                + "| \(key.isSecret ? "yes" : "no") | \(key.summary) |"
        }
        return
            ([
                "| variable | flag | read by | type | default | secret | meaning |",
                "| --- | --- | --- | --- | --- | --- | --- |",
            ]
            + rows).joined(separator: "\n")
    }
}
