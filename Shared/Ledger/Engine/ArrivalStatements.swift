import EventLog
import Models
import Postgres

/// Arrivals that may be news, kept while the computing of their units waits: a request, outside coaching, a contest.
enum ArrivalStatements {
    /// An event that is older on arrival is history, and announces nothing.
    private static let newsDays = 7

    /// Those of the events that may be news on the scored day.
    static func news(_ events: [Event], on day: Day) -> [Event] {
        events.filter { event in
            guard event.day <= day, event.day + newsDays > day else { return false }
            switch event.payload {
            case .trainingRequested, .evidenceContested: return true
            case .coachingHeld(let coaching): return coaching.coach == nil
            default: return false
            }
        }
    }

    static func keep(_ events: [Event], organization: OrganizationID) -> Statement {
        Statement(
            """
            INSERT INTO score.arrival (organization_id, identity) SELECT $1, unnest($2::uuid[])
            ON CONFLICT (organization_id, identity) DO NOTHING
            """,
            [.int4(organization.rawValue), .uuidArray(events.map(\.identity.hash))])
    }

    /// Keeps contests that came before the events they name, where they are still news on the scored day.
    static func keepContests(of events: [RecordedEvent], on day: Day, organization: OrganizationID) -> Statement {
        Statement(
            """
            INSERT INTO score.arrival (organization_id, identity)
            SELECT $1, identity FROM facts.event
            WHERE organization_id = $1 AND target = ANY($2) AND target IS NOT NULL AND type = $3
                AND day <= $4 AND day + $5 > $4
            ON CONFLICT (organization_id, identity) DO NOTHING
            """,
            [
                .int4(organization.rawValue), .uuidArray(events.map(\.hash)), .int2(EventType.evidenceContested.code),
                .date(DateValue(day)), .int4(Int32(newsDays)),
            ])
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
