package import Logging

/// What every service is told at start. Keys, types, units, ranges and defaults: ``SettingKeys``.
package struct ServiceSettings: Sendable {
    package let service: ServiceName
    package let databaseURL: Secret
    /// Whether ``databaseURL`` leads through a pooler that shares sessions.
    package let isDatabasePooled: Bool
    /// The way round the pooler; `nil` where none is given.
    package let databaseDirectURL: Secret?
    package let databasePoolSize: Int
    package let host: String
    /// `0` lets the system choose.
    package let port: Int
    package let logLevel: Logger.Level
    /// Where people reach the console, without a trailing slash; `nil` when unset.
    package let publicURL: String?
    /// All values, for the service's own keys: `settings.values[SettingKeys.mailFrom]`.
    package let values: Settings

    /// - Parameters:
    ///   - arguments: Without the executable's own name.
    /// - Throws: ``SettingsFaults`` with every fault at once.
    package init(service: ServiceName, environment: [String: String], arguments: [String]) throws(SettingsFaults) {
        let values = try Settings(
            keys: SettingKeys.common(of: service) + SettingKeys.own(of: service), environment: environment,
            arguments: arguments)
        self.service = service
        self.values = values
        databaseURL = values[SettingKeys.databaseURL]
        isDatabasePooled = values[SettingKeys.databasePooled]
        databaseDirectURL = values[SettingKeys.databaseDirectURL]
        databasePoolSize = values[SettingKeys.databasePoolSize]
        host = values[SettingKeys.host]
        port = values[SettingKeys.port(of: service)]
        logLevel = values[SettingKeys.logLevel]
        publicURL = values[SettingKeys.publicURL]
    }

    /// Whether a connection by ``ServicePool/sessionConfiguration(_:)`` may be given another session between two
    /// transactions: then it keeps no lock and hears no notification.
    package var sharesSessions: Bool { isDatabasePooled && databaseDirectURL == nil }

    /// Whether the service listens only to its own machine.
    package var isLoopback: Bool {
        host == "localhost" || host == "::1" || host.hasPrefix("127.")
    }

    /// The text of `--help`: what the service is and the table of its keys.
    package static func help(of service: ServiceName) -> String {
        let keys = SettingKeys.common(of: service) + SettingKeys.own(of: service)
        let rows = keys.map { key in
            """
              \(key.flag), \(key.environmentName)
                  \(key.summary). \(key.expected); default: \(key.defaultText)\(key.isSecret ? "; secret" : "")
            """
        }
        return "Usage: \(service.executable) [--flag value]…\n\nEach flag is also an environment variable.\n"
            + rows.joined(separator: "\n")
    }
}
