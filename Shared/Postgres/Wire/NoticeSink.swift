import Logging

/// Receives the server's notices for one connection and logs them at debug level.
final class NoticeSink: Sendable {
    private let logger: Logger

    init(logger: Logger) {
        self.logger = logger
    }

    func receive(_ message: String) {
        logger.debug("PostgreSQL notice", metadata: ["notice": "\(message)"])
    }
}
