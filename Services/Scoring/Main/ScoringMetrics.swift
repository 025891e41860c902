import CoreMetrics
import Ledger
import ServiceKit

/// What `/metrics` shows of scoring.
struct ScoringMetrics: Sendable {
    private let events: Counter
    private let notices: Counter
    private let parked: Counter
    private let steps: CoreMetrics.Timer
    private let active: Meter

    init(_ registry: MetricsRegistry) {
        events = registry.counter("onus_scoring_events_total", help: "Events taken into the facts.")
        notices = registry.counter("onus_scoring_notices_total", help: "Notices that arose.")
        parked = registry.counter(
            "onus_scoring_parked_total", help: "Events set aside because they could not be scored.")
        steps = registry.timer(
            "onus_scoring_step_seconds", help: "Transactions of scoring that did something, from start to commit.")
        active = registry.gauge("onus_scoring_active", help: "1 where this process scores, 0 where it stands by.")
    }

    func record(_ work: ScoringWorker.Work, took duration: Duration) {
        events.increment(by: work.events)
        notices.increment(by: work.notices)
        parked.increment(by: work.parked)
        steps.recordNanoseconds(Int64(duration / .nanoseconds(1)))
    }

    func record(isActive: Bool) {
        active.set(isActive ? 1 : 0)
    }
}
