import Models
import Postgres

/// What a transaction has to know about an organisation before it scores for it.
struct OrganizationState: Sendable {
    /// The day that all scores stand at; nil before the first turn.
    let scoredDay: Day?
    /// Today's UTC date by the database's clock.
    let today: Day
    /// Who wrote the organisation's facts last.
    let worker: UUIDBytes?
    /// Whether units or arrivals wait to be computed.
    let hasMarks: Bool
    /// Whether everybody waits to be computed.
    let isEverybodyMarked: Bool
    /// The pass over everybody that is under way.
    let turn: Turn?
    let contacts: Contacts

    /// The day that units are computed as of, once there is one: the turn's, while one is under way.
    var day: Day? { turn?.day ?? scoredDay }

    /// The persons who stand in where no manager does.
    struct Contacts: Hashable, Sendable {
        var hr: PersonID?
        var learningAndDevelopment: PersonID?
    }

    /// Lets the rest of the transaction see and write this organisation's rows.
    ///
    /// Statements are short and look up by index: compiling one, which PostgreSQL does where it overestimates the
    /// rows, would take a hundred times longer than running it.
    static func enter(_ organization: OrganizationID) -> Statement {
        Statement(
            "SELECT set_config('onus.organization_id', $1, true), set_config('jit', 'off', true)",
            [.text(String(organization.rawValue))])
    }

    static func read(_ organization: OrganizationID) -> Statement {
        Statement(
            """
            SELECT o.scored_day, (statement_timestamp() AT TIME ZONE 'UTC')::date, w.worker,
                EXISTS (SELECT FROM score.mark AS m WHERE m.organization_id = o.id)
                    OR EXISTS (SELECT FROM score.arrival AS a WHERE a.organization_id = o.id),
                EXISTS (SELECT FROM score.mark AS m WHERE m.organization_id = o.id AND m.unit = ''),
                o.hr_contact, o.l_and_d_contact, \(Turn.columns)
            FROM onus.organization AS o
            LEFT JOIN score.writer AS w ON w.organization_id = o.id
            LEFT JOIN score.turn AS t ON t.organization_id = o.id AND t.scored_from IS NOT DISTINCT FROM o.scored_day
            WHERE o.id = $1
            """,
            [.int4(organization.rawValue)])
    }

    init(_ row: Row) throws(PostgresError) {
        scoredDay = try row.optionalDate(0).map(Day.init)
        today = Day(try row.date(1))
        worker = try row.optionalUUID(2)
        hasMarks = try row.bool(3)
        isEverybodyMarked = try row.bool(4)
        turn = try Turn(row, at: 7)
        contacts = Contacts(
            hr: try row.optionalText(5).map(PersonID.init(unchecked:)),
            learningAndDevelopment: try row.optionalText(6).map(PersonID.init(unchecked:)))
    }
}
