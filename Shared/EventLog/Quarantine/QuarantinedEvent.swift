package import Models
package import Postgres

/// A row of the quarantine.
package struct QuarantinedEvent: Hashable, Sendable {
    package enum State: String, Sendable {
        /// Waits for an operator.
        case held
        /// Was sent again after it was mended.
        case released
        case discarded
    }

    package let id: Int64
    package let received: Instant
    package let lastReceived: Instant
    /// How often the same body was refused for the same reason.
    package let times: Int
    /// The token that sent it first.
    package let token: UUIDBytes?
    package let pointer: String
    package let title: String
    package let detail: String
    package let type: String?
    package let source: String?
    package let eventID: String?
    package let body: String?
    package let state: State
}
