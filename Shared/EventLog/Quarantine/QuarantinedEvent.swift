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
    /// The event as it came, after minimisation; of a vendor's item, the call with it alone, as far as its connector names
    /// it. `nil` for what may not be kept and for what is settled.
    package let body: String?
    /// The hook that a vendor's item came by; `nil` of what came as an event.
    package let hook: String?
    /// How it came by the hook; `nil` where there is no body.
    package let call: HookCall?
    /// The event as an operator corrected it.
    package let fixed: String?
    package let state: State
    package let settled: Instant?
    package let settledBy: String?

    package var isCorrected: Bool { fixed != nil }

    /// The text that would be stored, in structured form, or that a connector would make events of.
    package var text: String? { fixed ?? body }

    /// Whether a release has a connector translate the text.
    package var isVendors: Bool { hook != nil && fixed == nil }
}
