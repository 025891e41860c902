import Logging

/// Counts and logs what became of each attempt: one line an outcome, identifiers only.
struct DeliveryReport: Sendable {
    let metrics: NotificationMetrics
    let logger: Logger

    func callAsFunction(_ delivery: ClaimedDelivery, _ decision: DeliveryDecision) {
        metrics.attempted(delivery, decision)
        var metadata: Logger.Metadata = [
            "organization.id": "\(delivery.organization)", "delivery.id": "\(delivery.id)",
            "attempt": "\(delivery.attempt)",
        ]
        switch decision {
        case .sent:
            logger.info("Delivery sent", metadata: metadata)
        case .retry(let wait, let reason, _):
            metadata["reason"] = "\(reason)"
            metadata["wait_s"] = "\(wait / .seconds(1))"
            logger.info("Delivery put off", metadata: metadata)
        case .parked(let reason):
            metadata["reason"] = "\(reason)"
            logger.warning("Delivery parked", metadata: metadata)
        case .postponed(let wait):
            metadata["until"] = "\(wait.until)"
            logger.info("Delivery waits for the end of quiet hours", metadata: metadata)
        case .muted:
            logger.info("Delivery muted", metadata: metadata)
        case .replanned:
            logger.info("Delivery goes to somebody else", metadata: metadata)
        case .webhookGone:
            logger.warning("Webhook switched off", metadata: metadata)
        }
    }
}
