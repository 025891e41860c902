import EventLog
import Models
import Postgres

/// Arrivals that may be news, kept while the computing of their units waits: a request, outside coaching, a contest.
enum ArrivalStatements {
    /// An event that is older on arrival is history, and announces nothing.
    private static let newsDays = 7

    /// Those of the events that may be news on the scored day.
    static func news(_ events: [RecordedEvent], on day: Day) -> [RecordedEvent] {
        events.filter { recorded in
            let event = recorded.event
            guard event.day <= day, event.day + newsDays > day else { return false }
            switch event.payload {
            case .trainingRequested, .evidenceContested: return true
            case .coachingHeld(let coaching): return coaching.coach == nil
            default: return false
            }
        }
    }

    static func keep(_ events: [RecordedEvent], organization: OrganizationID) -> Statement {
        Statement(
            """
            INSERT INTO score.arrival (organization_id, identity) SELECT $1, unnest($2::uuid[])
            ON CONFLICT (organization_id, identity) DO NOTHING
            """,
            [.int4(organization.rawValue), .uuidArray(events.map(\.hash))])
    }

    /// All arrivals of the organisation, as rows of ``FactRow``.
    static func read(organization: OrganizationID) -> Statement {
        Statement(
            """
            SELECT e.identity, e.type, e.time, e.source, e.id, e.gap, e.data
            FROM score.arrival AS a
            JOIN facts.event AS e ON e.organization_id = $1 AND e.identity = a.identity
            WHERE a.organization_id = $1
            """,
            [.int4(organization.rawValue)])
    }

    static func remove(organization: OrganizationID) -> Statement {
        Statement("DELETE FROM score.arrival WHERE organization_id = $1", [.int4(organization.rawValue)])
    }
}
