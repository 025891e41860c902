import EventLog
import Models
import Postgres

/// The units whose facts a ``UnitPage`` doesn't tell rightly, so that they are loaded one by one: those with facts that
/// are not packed (an older service wrote them, or they are too long), those that share a gap because its
/// identifications name several persons, and those with events that are not facts yet.
struct FactsApart: Sendable {
    private(set) var units: Set<PersonID> = []

    /// - Parameters:
    ///   - tail: Events that count and are not among the facts.
    ///   - limit: The most facts apart that are worth loading so.
    /// - Returns: nil where there are more.
    static func find(
        in organization: OrganizationID, and tail: [Event], limit: Int, _ connection: Connection
    ) async throws -> FactsApart? {
        let rows = try await connection.pipeline([BulkStatements.apart(from: organization, limit: limit + 1)])[0]
        guard rows.count <= limit else { return nil }
        var apart = FactsApart()
        var gaps: Set<GapID> = []
        for row in rows {
            if let person = try row.optionalText(0) { apart.units.insert(PersonID(unchecked: person)) }
            if let gap = try row.optionalText(1) { gaps.insert(GapID(unchecked: gap)) }
        }
        for event in tail where event.payload.target == nil {
            switch event.payload {
            case .personUpdated, .roleDefined, .absenceRecorded, .conversationHeld, .feedbackGiven: continue
            case .trainingRequested(let data): apart.units.insert(data.requestedBy)
            default: if let person = event.payload.person { apart.units.insert(person) }
            }
            if let gap = event.payload.gap { gaps.insert(gap) }
        }
        let parties = FactStatements.parties(toGaps: Array(gaps), organization: organization)
        for row in try await connection.pipeline([parties])[0] {
            if let party = try row.optionalText(1) { apart.units.insert(PersonID(unchecked: party)) }
        }
        return apart
    }
}
