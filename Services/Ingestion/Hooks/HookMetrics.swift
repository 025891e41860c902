import Connectors
import CoreMetrics
import ServiceKit

/// What came of vendors' calls and of polls, by connector. The labels come from connectors' files, not from callers.
struct HookMetrics: Sendable {
    enum CallOutcome: String, CaseIterable {
        case accepted, ignored, rejected, unauthorized
    }

    enum PollOutcome: String, CaseIterable {
        case completed, failed
    }

    private let calls: [String: Counter]
    private let polls: [String: Counter]
    private let unusable: Counter
    private let events: IngestionMetrics

    init(_ registry: MetricsRegistry, connectors: [String: Connector], events: IngestionMetrics) {
        var calls: [String: Counter] = [:]
        var polls: [String: Counter] = [:]
        for connector in connectors.keys {
            for outcome in CallOutcome.allCases {
                calls["\(connector) \(outcome)"] = registry.counter(
                    "onus_hook_calls_total", help: "Vendors' calls, by connector and by what came of them.",
                    labels: [("connector", connector), ("outcome", outcome.rawValue)])
            }
            for outcome in PollOutcome.allCases {
                polls["\(connector) \(outcome)"] = registry.counter(
                    "onus_connector_polls_total", help: "Polls of vendors, by connector and by how they ended.",
                    labels: [("connector", connector), ("outcome", outcome.rawValue)])
            }
        }
        unusable = registry.counter(
            "onus_hook_calls_unusable_total",
            help: "Calls to hooks that are not completely set up, verified or not; the log says once a minute why.")
        self.calls = calls
        self.polls = polls
        self.events = events
    }

    func count(_ connector: Connector, _ outcome: CallOutcome) {
        calls["\(connector.name) \(outcome)"]?.increment()
    }

    /// A call to a hook that can't take any.
    func countUnusable() { unusable.increment() }

    func count(_ connector: Connector, _ result: VendorIntake.Result) {
        count(result)
        let receipt = result.receipt
        if receipt.accepted + receipt.duplicates > 0 {
            count(connector, .accepted)
        } else {
            count(connector, receipt.rejected.isEmpty ? .ignored : .rejected)
        }
    }

    func count(_ result: VendorIntake.Result) { events.count(result.receipt) }

    func count(_ connector: String, _ outcome: PollOutcome) {
        polls["\(connector) \(outcome)"]?.increment()
    }
}
