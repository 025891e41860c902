import EventLog
import Models
import Postgres

/// The statements over `facts.event`, for pipelines. Each names the organisation, and looks up by an index of V0010.
enum FactStatements {
    /// Writes facts; one that is there already is left as it is (the log's first payload of an identity wins).
    ///
    /// A gap's facts get the unit that all of its identifications name, stored ones and those among `facts`;
    /// ``assignUnits(ofGaps:organization:)`` must follow where identifications are among them.
    static func insert(_ facts: [RecordedEvent], organization: OrganizationID) -> Statement {
        let payloads = facts.map(\.event.payload)
        return Statement(
            """
            WITH fact AS (
                SELECT * FROM unnest(
                    $2::uuid[], $3::smallint[], $4::date[], $5::timestamptz[], $6::text[], $7::text[],
                    $8::timestamptz[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::uuid[],
                    $15::text[], $16::bytea[])
                    AS fact (identity, type, day, time, source, id, recorded, person, gap, actor, role, programme,
                        target, data, packed)
            ), owner AS (
                SELECT gap, CASE WHEN min(person) = max(person) THEN min(person) END AS person
                FROM (
                    SELECT gap, person FROM facts.event
                    WHERE organization_id = $1 AND gap = ANY($17) AND gap IS NOT NULL AND type = 5
                    UNION ALL
                    SELECT gap, person FROM fact WHERE type = 5
                ) AS identified
                GROUP BY gap
            )
            INSERT INTO facts.event
                (organization_id, identity, type, day, time, source, id, recorded,
                 person, gap, actor, role, programme, target, data, packed, unit)
            SELECT $1, fact.*,
                CASE
                WHEN type IN (4, 10, 14) THEN fact.person
                WHEN type BETWEEN 5 AND 9 THEN owner.person
                WHEN type = 13 THEN CASE WHEN owner.gap IS NULL THEN fact.actor ELSE owner.person END
                END
            FROM fact LEFT JOIN owner USING (gap)
            ON CONFLICT (organization_id, identity) DO NOTHING
            """,
            [
                .int4(organization.rawValue),
                .uuidArray(facts.map(\.hash)),
                .int2Array(facts.map { $0.event.type.code }),
                .dateArray(facts.map { DateValue($0.event.day) }),
                .timestamptzArray(facts.map { $0.event.time.timestamp }),
                .textArray(facts.map { $0.event.identity.source }),
                .textArray(facts.map { $0.event.identity.id }),
                .timestamptzArray(facts.map { $0.recorded.timestamp }),
                .textArray(payloads.map { $0.person?.rawValue }),
                .textArray(payloads.map { $0.gap?.rawValue }),
                .textArray(payloads.map { $0.actor?.rawValue }),
                .textArray(payloads.map { $0.role?.rawValue }),
                .textArray(payloads.map { $0.programme?.rawValue }),
                .uuidArray(payloads.map { $0.target?.hash }),
                .textArray(facts.map(\.data)),
                .byteaArray(facts.map { PackedFact.pack($0.event) }),
                .textArray(Array(Set(payloads.compactMap(\.gap))).map(\.rawValue)),
            ])
    }

    /// The gaps that the facts identify.
    static func identified(_ facts: [RecordedEvent]) -> [GapID] {
        facts.compactMap { $0.event.type == .gapIdentified ? $0.event.payload.gap : nil }
    }

    /// Gives the facts of newly identified gaps, also those that came before, to the unit that all identifications
    /// name; to none where they name several.
    static func assignUnits(ofGaps gaps: [GapID], organization: OrganizationID) -> Statement {
        Statement(
            """
            UPDATE facts.event AS e SET unit = owner.person
            FROM (
                SELECT gap, CASE WHEN min(person) = max(person) THEN min(person) END AS person
                FROM facts.event
                WHERE organization_id = $1 AND gap = ANY($2) AND gap IS NOT NULL AND type = 5
                GROUP BY gap
            ) AS owner
            WHERE e.organization_id = $1 AND e.gap = owner.gap AND e.gap = ANY($2) AND e.gap IS NOT NULL
                AND (e.type BETWEEN 5 AND 9 OR e.type = 13) AND e.unit IS DISTINCT FROM owner.person
            """,
            [.int4(organization.rawValue), .textArray(gaps.map(\.rawValue))])
    }

    /// The facts of the given identities, as rows of ``FactRow``.
    static func events(_ identities: [UUIDBytes], organization: OrganizationID) -> Statement {
        Statement(
            """
            SELECT identity, type, time, source, id, gap, data FROM facts.event
            WHERE organization_id = $1 AND identity = ANY($2)
            """,
            [.int4(organization.rawValue), .uuidArray(identities)])
    }

    /// Those of the identities that are among the facts.
    static func known(_ identities: [UUIDBytes], organization: OrganizationID) -> Statement {
        Statement(
            "SELECT identity FROM facts.event WHERE organization_id = $1 AND identity = ANY($2)",
            [.int4(organization.rawValue), .uuidArray(identities)])
    }

    /// Those of the identities that are among the facts and were recorded after an instant.
    static func known(
        _ identities: [UUIDBytes], recordedAfter instant: Instant, organization: OrganizationID
    ) -> Statement {
        Statement(
            """
            SELECT identity FROM facts.event WHERE organization_id = $1 AND identity = ANY($2) AND recorded > $3
            """,
            [.int4(organization.rawValue), .uuidArray(identities), .timestamptz(instant.timestamp)])
    }

    /// Everything in an organisation's facts that all of its units share: its history and all corrections.
    static func history(of organization: OrganizationID) -> Statement {
        Statement(
            """
            SELECT identity, type, time, source, id, gap, data FROM facts.event
            WHERE organization_id = $1 AND type <= 3
            UNION ALL
            SELECT identity, type, time, source, id, gap, data FROM facts.event
            WHERE organization_id = $1 AND target IS NOT NULL
            """,
            [.int4(organization.rawValue)])
    }

    /// The facts of units that name the person: those about them, and the training they asked for.
    static func own(_ people: [PersonID], organization: OrganizationID) -> Statement {
        Statement(
            """
            SELECT identity, type, time, source, id, gap, data FROM facts.event
            WHERE organization_id = $1 AND person = ANY($2) AND person IS NOT NULL AND type > 3
            UNION ALL
            SELECT identity, type, time, source, id, gap, data FROM facts.event
            WHERE organization_id = $1 AND actor = ANY($2) AND type = 13
            """,
            [.int4(organization.rawValue), .textArray(people.map(\.rawValue))])
    }

    /// The assignments of some people.
    static func assignments(of people: [PersonID], organization: OrganizationID) -> Statement {
        Statement(
            """
            SELECT identity, type, time, source, id, gap, data FROM facts.event
            WHERE organization_id = $1 AND person = ANY($2) AND person IS NOT NULL AND type = 1
            """,
            [.int4(organization.rawValue), .textArray(people.map(\.rawValue))])
    }

    /// All facts that name one of the gaps.
    static func gaps(_ gaps: [GapID], organization: OrganizationID) -> Statement {
        Statement(
            """
            SELECT identity, type, time, source, id, gap, data FROM facts.event
            WHERE organization_id = $1 AND gap = ANY($2) AND gap IS NOT NULL
            """,
            [.int4(organization.rawValue), .textArray(gaps.map(\.rawValue))])
    }

    /// Whose units the gaps' events may belong to: (gap, who was identified or asks).
    static func parties(toGaps gaps: [GapID], organization: OrganizationID) -> Statement {
        Statement(
            """
            SELECT DISTINCT gap, coalesce(person, actor) FROM facts.event
            WHERE organization_id = $1 AND gap = ANY($2) AND gap IS NOT NULL AND type IN (5, 13)
            """,
            [.int4(organization.rawValue), .textArray(gaps.map(\.rawValue))])
    }

    /// Who was identified with a gap that climbs on one of the days, unless it ended before: (person, the day it was
    /// identified).
    ///
    /// - Parameters:
    ///   - days: When the gaps climb.
    ///   - interval: The days after which an open gap climbs, again and again.
    static func identifications(
        climbingOn days: [ClosedRange<Day>], every interval: Int, organization: OrganizationID
    ) -> Statement {
        Statement(
            """
            WITH first AS MATERIALIZED (
                SELECT min(day) AS day FROM facts.event WHERE organization_id = $1 AND type = 5
            ), climb AS MATERIALIZED (
                SELECT d.first - k * $4 AS first, d.last - k * $4 AS last
                FROM first, unnest($2::date[], $3::date[]) AS d (first, last),
                    generate_series(1, (d.last - first.day) / $4) AS k
            )
            SELECT DISTINCT e.person, e.day
            FROM climb JOIN facts.event AS e
                ON e.organization_id = $1 AND e.type = 5 AND e.day BETWEEN climb.first AND climb.last
            """,
            [
                .int4(organization.rawValue), .dateArray(days.map { DateValue($0.lowerBound) }),
                .dateArray(days.map { DateValue($0.upperBound) }), .int4(Int32(interval)),
            ])
    }

    /// When the people were identified with gaps: (person, the day).
    static func identifications(of people: Set<PersonID>, organization: OrganizationID) -> Statement {
        Statement(
            """
            SELECT DISTINCT person, day FROM facts.event
            WHERE organization_id = $1 AND person = ANY($2) AND person IS NOT NULL AND type = 5
            """,
            [.int4(organization.rawValue), .textArray(people.map(\.rawValue))])
    }

    /// The gaps of the training that the given people asked for.
    static func requests(by people: [PersonID], organization: OrganizationID) -> Statement {
        Statement(
            """
            SELECT DISTINCT actor, gap FROM facts.event
            WHERE organization_id = $1 AND actor = ANY($2) AND type = 13
            """,
            [.int4(organization.rawValue), .textArray(people.map(\.rawValue))])
    }
}
