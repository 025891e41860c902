package import Models
package import Postgres

/// A row of the quarantine.
package struct QuarantinedEvent: Hashable, Sendable {
    package enum State: String, Sendable, CaseIterable {
        /// Waits for an operator.
        case held
        /// An operator wants it stored; ingestion does it next.
        case approved
        /// Is in the log. Its text is there, and no longer here.
        case released
        /// An operator wants it never; nor what comes again with the same bytes. Its text is gone.
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
    /// The event as it came, after minimisation; `nil` for what may not be kept and for what is settled.
    package let body: String?
    /// The event as an operator corrected it.
    package let fixed: String?
    package let state: State
    package let settled: Instant?
    package let settledBy: String?

    package var isCorrected: Bool { fixed != nil }

    /// The text that would be stored, in structured form.
    package var text: String? { fixed ?? body }
}
