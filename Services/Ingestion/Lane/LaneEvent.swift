import EventLog
import Models

/// A single event that has been judged and let in, on its way into the log.
struct LaneEvent {
    let organization: OrganizationID
    let entry: LogEntry
    /// What it holds of the memory for request bodies.
    let held: Int
    let start: ContinuousClock.Instant
}
