import CoreMetrics
import ServiceKit

/// What ingestion counts, beside the requests.
struct IngestionMetrics: Sendable {
    let accepted: Counter
    let duplicates: Counter
    let rejected: Counter
    /// Of the requests, those that took the lane.
    let lane: Counter
    /// Events of one commit.
    let groupSize: Recorder
    /// From the order to append until the commit is durable.
    let commit: Timer

    init(_ registry: MetricsRegistry) {
        accepted = registry.counter(
            "onus_ingestion_events_accepted_total", help: "Events accepted into the log or behind the learner's wall.")
        duplicates = registry.counter(
            "onus_ingestion_events_duplicate_total", help: "Valid events whose identity was known already.")
        rejected = registry.counter("onus_ingestion_events_rejected_total", help: "Events refused.")
        lane = registry.counter(
            "onus_ingestion_lane_requests_total", help: "Single events that took the short way past the router.")
        groupSize = registry.histogram("onus_ingestion_group_events", help: "Events appended by one transaction.")
        commit = registry.timer(
            "onus_ingestion_append_duration_seconds", help: "Time until appended events are durable, waiting included.")
    }

    func count(_ receipt: Receipt) {
        accepted.increment(by: receipt.accepted)
        duplicates.increment(by: receipt.duplicates)
        rejected.increment(by: receipt.rejected.count + receipt.omitted)
    }
}
