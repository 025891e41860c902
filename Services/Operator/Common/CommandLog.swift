internal import Logging
internal import ServiceKit

/// Where modules that log are sent from a command: standard error, warnings and above.
enum CommandLog {
    static let logger = Log.logger(label: "onus", level: .warning)
}
