import CoreMetrics
import ServiceKit

/// What the service counts. No label holds anything of a person.
struct NotificationMetrics: Sendable {
    private let plannedNotices: Counter
    private let outcomes: [String: Counter]

    init(_ registry: MetricsRegistry) {
        plannedNotices = registry.counter(
            "onus_notices_planned_total", help: "Notices whose deliveries were decided")
        var outcomes: [String: Counter] = [:]
        for channel in ["email", "webhook"] {
            for outcome in ["sent", "retried", "postponed", "parked", "muted", "replanned"] {
                outcomes["\(channel) \(outcome)"] = registry.counter(
                    "onus_delivery_attempts_total", help: "Attempts to deliver, by channel and by what became of them",
                    labels: [("channel", channel), ("outcome", outcome)])
            }
        }
        self.outcomes = outcomes
    }

    func planned(_ count: Int) { plannedNotices.increment(by: count) }

    func attempted(_ delivery: ClaimedDelivery, _ decision: DeliveryDecision) {
        let channel = delivery.route == .email ? "email" : "webhook"
        let outcome =
            switch decision {
            case .sent: "sent"
            case .retry: "retried"
            case .postponed: "postponed"
            case .parked, .webhookGone: "parked"
            case .muted: "muted"
            case .replanned: "replanned"
            }
        outcomes["\(channel) \(outcome)"]?.increment()
    }
}
