import Accountability
import Models

/// What computing one unit gives.
struct UnitOutcome: Sendable {
    let unit: PersonID
    let contributions: Contributions
    let deadlines: Set<Deadline>
    let notices: [Notice]
}
