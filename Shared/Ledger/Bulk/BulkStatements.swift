import EventLog
import Models
import Postgres

/// The statements over `facts.event` that read an organisation whole. Packed facts come from the indexes of V0040 alone.
enum BulkStatements {
    /// Holds the planner to the indexes for the rest of the transaction: a statement that was planned while the table
    /// was small would sort it anew for every page.
    static let plan = Statement(
        """
        SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
            set_config('enable_sort', 'off', true), set_config('enable_hashagg', 'off', true),
            set_config('jit', 'off', true), set_config('max_parallel_workers_per_gather', '0', true)
        """)

    /// A page of units in the order of their identifiers, each with all of its packed facts: unit, facts.
    ///
    /// - Parameters:
    ///   - after: The last unit of the page before.
    ///   - last: The last unit wanted; nil for all.
    ///   - knownAt: Only facts recorded by then, which the index alone doesn't tell; nil takes all.
    static func units(
        after: PersonID?, through last: PersonID?, knownAt: Instant? = nil, limit: Int, organization: OrganizationID
    ) -> Statement {
        // An identifier is never empty, so the first page comes after the empty text.
        let lower = Binding.text(after?.rawValue ?? "")
        guard let last else {
            return Statement(
                """
                SELECT unit, string_agg(packed, '') FROM facts.event
                WHERE organization_id = $1 AND unit IS NOT NULL AND unit > $2\(recorded(by: knownAt, 4))
                GROUP BY unit ORDER BY unit LIMIT $3
                """,
                [.int4(organization.rawValue), lower, .int8(Int64(limit))] + bindings(knownAt))
        }
        return Statement(
            """
            SELECT unit, string_agg(packed, '') FROM facts.event
            WHERE organization_id = $1 AND unit IS NOT NULL AND unit > $2 AND unit <= $4\(recorded(by: knownAt, 5))
            GROUP BY unit ORDER BY unit LIMIT $3
            """,
            [.int4(organization.rawValue), lower, .int8(Int64(limit)), .text(last.rawValue)] + bindings(knownAt))
    }

    /// The condition that a fact was recorded by an instant; none where there is no instant, so that an index alone
    /// answers.
    private static func recorded(by instant: Instant?, _ parameter: Int) -> String {
        instant == nil ? "" : " AND recorded <= $\(parameter)"
    }

    private static func bindings(_ instant: Instant?) -> [Binding] {
        instant.map { [.timestamptz($0.timestamp)] } ?? []
    }

    /// Some units, each with all of its packed facts: unit, facts.
    static func units(_ units: [PersonID], organization: OrganizationID) -> Statement {
        Statement(
            """
            SELECT unit, string_agg(packed, '') FROM facts.event
            WHERE organization_id = $1 AND unit IS NOT NULL AND unit = ANY($2)
            GROUP BY unit
            """,
            [.int4(organization.rawValue), .textArray(units.map(\.rawValue))])
    }

    /// Of the units after one, through another, those whose requests stand with another unit in pages, and may be their
    /// own: nothing that identifies the request's gap counts for certain.
    static func requestersElsewhere(
        after: PersonID?, through last: PersonID, asOf day: Day, organization: OrganizationID
    ) -> Statement {
        requestersElsewhere(
            where: "r.actor > $2 AND r.actor <= $4", asOf: day, organization,
            .text(after?.rawValue ?? ""), .text(last.rawValue))
    }

    /// The same of some units.
    static func requestersElsewhere(
        of units: [PersonID], asOf day: Day, organization: OrganizationID
    ) -> Statement {
        requestersElsewhere(
            where: "r.actor = ANY($2)", asOf: day, organization, .textArray(units.map(\.rawValue)))
    }

    /// - Parameter condition: Which requesters; the first binding is `$2`, others are from `$4` on.
    private static func requestersElsewhere(
        where condition: String, asOf day: Day, _ organization: OrganizationID, _ first: Binding, _ others: Binding...
    ) -> Statement {
        Statement(
            """
            SELECT DISTINCT r.actor FROM facts.event AS r
            WHERE r.organization_id = $1 AND r.type = 13 AND \(condition)
                AND r.unit IS DISTINCT FROM r.actor
                AND NOT EXISTS (
                    SELECT FROM facts.event AS i
                    WHERE i.organization_id = $1 AND i.gap = r.gap AND i.gap IS NOT NULL AND i.type = 5 AND i.day <= $3
                        AND NOT EXISTS (
                            SELECT FROM facts.event AS c
                            WHERE c.organization_id = $1 AND c.target = i.identity AND c.target IS NOT NULL))
            """,
            [.int4(organization.rawValue), first, .date(DateValue(day))] + others)
    }

    /// Opens a cursor over the packed assignments and leave.
    static func openHistory(of organization: OrganizationID, knownAt: Instant? = nil) -> Statement {
        Statement(
            """
            DECLARE onus_history NO SCROLL CURSOR FOR
            SELECT packed FROM facts.event
            WHERE organization_id = $1 AND type <= 3 AND type <> 2 AND packed IS NOT NULL\(recorded(by: knownAt, 2))
            """,
            [.int4(organization.rawValue)] + bindings(knownAt), isCached: false)
    }

    static let nextHistory = Statement("FETCH FORWARD 20000 FROM onus_history", isCached: false)
    static let closeHistory = Statement("CLOSE onus_history", isCached: false)

    /// The packed corrections.
    static func corrections(of organization: OrganizationID, knownAt: Instant? = nil) -> Statement {
        Statement(
            """
            SELECT packed FROM facts.event
            WHERE organization_id = $1 AND type BETWEEN 16 AND 18 AND target IS NOT NULL
                AND packed IS NOT NULL\(recorded(by: knownAt, 2))
            """,
            [.int4(organization.rawValue)] + bindings(knownAt))
    }

    /// Of what all units share, whatever has to be read as JSON; columns of ``FactRow``.
    static func unpackedHistory(of organization: OrganizationID, knownAt: Instant? = nil) -> Statement {
        Statement(
            """
            SELECT identity, type, time, source, id, gap, data FROM facts.event
            WHERE organization_id = $1 AND type = 2\(recorded(by: knownAt, 2))
            UNION ALL
            SELECT identity, type, time, source, id, gap, data FROM facts.event
            WHERE organization_id = $1 AND packed IS NULL AND type <> 2
                AND (type <= 3 OR target IS NOT NULL)\(recorded(by: knownAt, 2))
            """,
            [.int4(organization.rawValue)] + bindings(knownAt))
    }

    /// The facts that pages of units don't tell rightly: person, actor of a request, gap. No row twice.
    static func apart(from organization: OrganizationID, limit: Int) -> Statement {
        Statement(
            """
            SELECT CASE WHEN type = 13 THEN actor ELSE person END, gap FROM facts.event
            WHERE organization_id = $1 AND ((packed IS NULL AND type <> 2) OR (type = 5 AND unit IS NULL))
                AND type NOT IN (1, 3, 11, 12, 15) AND target IS NULL
            LIMIT $2
            """,
            [.int4(organization.rawValue), .int8(Int64(limit))])
    }
}
