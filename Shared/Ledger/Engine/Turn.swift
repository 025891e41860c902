import Models
import Postgres

/// A pass over everybody of an organisation that is under way: the day's turn, or, where its day is the scored day, a
/// recomputation. See `score.turn` (V0046).
struct Turn: Sendable, Equatable {
    enum Phase: String, Sendable {
        /// Units are computed as of the turn's day; sums follow, and nobody's score.
        case units
        /// Sums stand as of the turn's day; the managers' scores follow.
        case scores
    }

    /// The day that everybody is computed as of.
    let day: Day
    /// The first of the days up to ``day`` whose situations are announced.
    let announcedFrom: Day
    /// The version of the policy that everybody is computed by; nil where an older service began.
    let policy: Int?
    var phase = Phase.units
    /// The last unit or manager done; nil: none of the phase.
    var reached: PersonID?

    /// The columns of ``init(_:at:)``, of a table named `t`.
    static let columns = "t.day, t.announced_from, t.phase, t.reached, t.policy_version"

    init(day: Day, announcedFrom: Day, policy: Int) {
        self.day = day
        self.announcedFrom = announcedFrom
        self.policy = policy
    }

    /// Whether the policy of its day is still the one that it began with.
    func isOf(_ policies: PolicyBook) -> Bool {
        policy == nil || policy == policies.policy(on: day).version
    }

    /// - Parameter column: Where ``columns`` begin.
    /// - Returns: nil where there is no turn.
    init?(_ row: Row, at column: Int) throws(PostgresError) {
        guard let day = try row.optionalDate(column), let announcedFrom = try row.optionalDate(column + 1),
            let phase = try row.optionalText(column + 2).flatMap(Phase.init(rawValue:))
        else { return nil }
        self.day = Day(day)
        self.announcedFrom = Day(announcedFrom)
        self.phase = phase
        reached = try row.optionalText(column + 3).map(PersonID.init(unchecked:))
        policy = try row.optionalInt4(column + 4).map(Int.init)
    }

    /// Writes down how far it is.
    func store(_ organization: OrganizationID) -> Statement {
        Statement(
            """
            INSERT INTO score.turn (organization_id, day, scored_from, announced_from, phase, reached, policy_version)
            SELECT $1, $2, scored_day, $3, $4, $5, $6 FROM onus.organization WHERE id = $1
            ON CONFLICT (organization_id) DO UPDATE
            SET day = excluded.day, scored_from = excluded.scored_from, announced_from = excluded.announced_from,
                phase = excluded.phase, reached = excluded.reached, policy_version = excluded.policy_version
            """,
            [
                .int4(organization.rawValue), .date(DateValue(day)), .date(DateValue(announcedFrom)),
                .text(phase.rawValue), .text(reached?.rawValue), .int4(policy.map(Int32.init)),
            ])
    }

    static func end(_ organization: OrganizationID) -> Statement {
        Statement("DELETE FROM score.turn WHERE organization_id = $1", [.int4(organization.rawValue)])
    }

    /// The next units after one, in order: everybody whom a fact names, and who asked for training.
    ///
    /// One descent of the index for each, since a person may have thousands of facts.
    static func units(after unit: PersonID?, limit: Int, _ organization: OrganizationID) -> Statement {
        Statement(
            """
            WITH RECURSIVE named (unit, place) AS (
                (SELECT person, 1 FROM facts.event
                 WHERE organization_id = $1 AND person IS NOT NULL AND person > $2 ORDER BY person LIMIT 1)
                UNION ALL
                SELECT (SELECT person FROM facts.event
                        WHERE organization_id = $1 AND person IS NOT NULL AND person > named.unit
                        ORDER BY person LIMIT 1), place + 1
                FROM named WHERE unit IS NOT NULL AND place < $3
            ), asking (unit, place) AS (
                (SELECT actor, 1 FROM facts.event
                 WHERE organization_id = $1 AND type = 13 AND actor > $2 ORDER BY actor LIMIT 1)
                UNION ALL
                SELECT (SELECT actor FROM facts.event
                        WHERE organization_id = $1 AND type = 13 AND actor > asking.unit ORDER BY actor LIMIT 1),
                    place + 1
                FROM asking WHERE unit IS NOT NULL AND place < $3
            )
            SELECT unit FROM named WHERE unit IS NOT NULL UNION SELECT unit FROM asking WHERE unit IS NOT NULL
            ORDER BY unit LIMIT $3
            """,
            [.int4(organization.rawValue), .text(unit?.rawValue ?? ""), .int4(Int32(limit))])
    }

    /// The next managers after one, in order: everybody who has a sum or a score.
    static func managers(after manager: PersonID?, limit: Int, _ organization: OrganizationID) -> Statement {
        Statement(
            """
            (SELECT subject FROM score.tally
             WHERE organization_id = $1 AND scope = 'manager' AND subject > $2 ORDER BY subject LIMIT $3)
            UNION
            (SELECT manager FROM score.current WHERE organization_id = $1 AND manager > $2 ORDER BY manager LIMIT $3)
            ORDER BY 1 LIMIT $3
            """,
            [.int4(organization.rawValue), .text(manager?.rawValue ?? ""), .int4(Int32(limit))])
    }

    /// All programmes that have a sum or a score.
    static func programmes(_ organization: OrganizationID) -> Statement {
        Statement(
            """
            SELECT subject FROM score.tally WHERE organization_id = $1 AND scope = 'programme'
            UNION SELECT programme FROM score.programme_current WHERE organization_id = $1
            """,
            [.int4(organization.rawValue)])
    }
}
