package import Logging

/// Makes loggers for processes that have just read their settings.
package enum Log {
    /// A logger to standard error: JSON lines, or plain words when standard error is a terminal.
    package static func logger(label: String, level: Logger.Level) -> Logger {
        Logger(label: label) { handler(label: $0, level: level) }
    }

    /// The handler of such a logger, for `LoggingSystem.bootstrap`.
    package static func handler(label: String, level: Logger.Level) -> LineLogHandler {
        LineLogHandler(label: label, level: level, format: StandardError.isTerminal ? .words : .json)
    }
}
