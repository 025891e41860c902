import Models
import Postgres

/// The statements of one append. Sent as one pipeline, they are one transaction of one round trip.
///
/// Identities are inserted in sorted order: transactions that take them in the same order can't wait for each other in
/// a circle.
struct AppendStatements {
    private let organization: OrganizationID
    private let entries: [LogEntry]
    private let tier: IdentityTier
    /// What is to be looked for in closed tiers, where all are expected to be new.
    private let suspects: [IdentityTiers.Suspects]
    /// Whether nothing is inserted where one is known.
    let expectsNew: Bool

    /// - Parameters:
    ///   - entries: None is known to a closed tier, and no identity comes twice; they keep their order in the log.
    ///   - tier: The open one, learned before it was looked whether an identity is in a closed one. Where it is open no
    ///     longer, nothing is inserted: ``PostgresError/isOfClosedTier``.
    init(organization: OrganizationID, entries: [LogEntry], tier: IdentityTier) {
        self.init(organization: organization, entries: entries, tier: tier, suspects: [], expectsNew: false)
    }

    private init(
        organization: OrganizationID, entries: [LogEntry], tier: IdentityTier, suspects: [IdentityTiers.Suspects],
        expectsNew: Bool
    ) {
        self.organization = organization
        self.entries = entries
        self.tier = tier
        self.suspects = suspects
        self.expectsNew = expectsNew
    }

    /// Inserts after a look at some of the identities alone, and at those that a closed tier may have. Where one of those is
    /// known, nothing is inserted (``hasInserted(_:)``); where another one is, that fails by a violation of uniqueness
    /// (SQLSTATE 23505).
    ///
    /// - Parameters:
    ///   - entries: No identity twice; they keep their order in the log.
    ///   - suspects: Those of them that closed tiers may have.
    /// - Returns: `nil` where personal learning is among them.
    static func ofNew(
        _ entries: [LogEntry], _ suspects: [IdentityTiers.Suspects], organization: OrganizationID, tier: IdentityTier
    ) -> AppendStatements? {
        guard entries.allSatisfy({ $0.learning == nil }) else { return nil }
        return AppendStatements(
            organization: organization, entries: entries, tier: tier, suspects: suspects, expectsNew: true)
    }

    /// How many events.
    var count: Int { entries.count }

    /// The last one returns the identities that the organisation had in the tier already; none where all were expected to be
    /// new.
    var all: [Statement] {
        let settings = Self.settings(for: organization)
        if expectsNew { return [settings, look] + suspects.map(lookFor) + appendNew(columns) }
        return [settings, hasLearning ? appendWithLearning : append(columns)]
    }

    /// Where all were expected to be new: whether they were inserted, none being known.
    ///
    /// - Parameter results: Of ``all``.
    func hasInserted(_ results: [ResultSet]) throws(PostgresError) -> Bool {
        try results[1].only().text(0) == Self.new && results[2..<2 + suspects.count].allSatisfy(\.isEmpty)
    }

    /// Some of the identities, evenly spread from the first to the last.
    ///
    /// A stream that comes to what is known goes on with what is known, as a rule. A row that a failed insert leaves behind is
    /// dead, and stays until the table is vacuumed; a look leaves nothing.
    private var samples: [UUIDBytes] {
        let count = min(entries.count, Self.sampleCount)
        guard count > 1 else { return entries.map(\.hash) }
        return (0..<count).map { entries[$0 * (entries.count - 1) / (count - 1)].hash }
    }

    private static let sampleCount = 16
    private static let new = "new"
    private static let known = "known"

    /// Leaves its answer in a setting of the transaction, since a pipeline can't wait for one.
    private var look: Statement {
        Statement(
            """
            SELECT set_config('onus.append', CASE WHEN EXISTS (
                SELECT FROM ONLY \(tier.table) WHERE organization_id = $1 AND identity = ANY ($2)
            ) THEN '\(Self.known)' ELSE '\(Self.new)' END, true)
            """,
            [.int4(organization.rawValue), .uuidArray(samples)])
    }

    /// One row where any of them is known.
    private func lookFor(_ suspects: IdentityTiers.Suspects) -> Statement {
        Statement(
            """
            SELECT set_config('onus.append', '\(Self.known)', true) FROM ONLY \(suspects.tier.table)
            WHERE organization_id = $1 AND identity = ANY ($2) LIMIT 1
            """,
            [.int4(organization.rawValue), .uuidArray(suspects.identities)])
    }

    private var hasLearning: Bool { entries.contains { $0.learning != nil } }

    /// For this transaction alone: whose rows; flushed before it is answered, whatever the database's default; and
    /// ended within a minute, because `--known-at` trusts that what was recorded a minute ago is there.
    static func settings(for organization: OrganizationID) -> Statement {
        Statement(
            """
            SELECT set_config('onus.organization_id', $1, true), set_config('statement_timeout', '9s', true),
                \(Statement.flushing)
            """,
            [.text(String(organization.rawValue))])
    }

    /// Arrays are unnested side by side in a list of columns: in FROM each would be stored by itself first. The rows
    /// then come as they stand in the arrays, and pass a filter that keeps their order; `IS TRUE` keeps it a filter, as
    /// a join would store and sort them.
    private func append(_ columns: [Binding]) -> Statement {
        Statement(
            """
            WITH fresh AS (
                INSERT INTO \(tier.table) (organization_id, identity)
                SELECT $1, unnest($2) ON CONFLICT DO NOTHING RETURNING identity
            ), logged AS (
                INSERT INTO log.event (organization_id, era, identity, type, source, id, time, subject, data, attributes)
                SELECT $1, (SELECT onus.current_era()), identity, type, source, id, time, subject, data, attributes
                FROM (
                    SELECT unnest($3) AS identity, unnest($4) AS type, unnest($5) AS source, unnest($6) AS id,
                        unnest($7) AS time, unnest($8) AS subject, unnest($9) AS data, unnest($10) AS attributes
                ) AS incoming
                WHERE (identity IN (SELECT identity FROM fresh)) IS TRUE
            )
            SELECT identity FROM unnest($2) AS sent (identity)
            WHERE (SELECT count(*) FROM fresh) < cardinality($2) AND (identity IN (SELECT identity FROM fresh)) IS NOT TRUE
            """,
            columns)
    }

    /// Nothing is looked up before it is inserted, and nothing is handed from one to the other. The condition is asked once.
    private func appendNew(_ columns: [Binding]) -> [Statement] {
        [
            Statement(
                """
                INSERT INTO \(tier.table) (organization_id, identity)
                SELECT $1, unnest($2) WHERE current_setting('onus.append') = '\(Self.new)'
                """, Array(columns[0...1])),
            Statement(
                """
                INSERT INTO log.event (organization_id, era, identity, type, source, id, time, subject, data, attributes)
                SELECT $1, (SELECT onus.current_era()), unnest($2), unnest($3), unnest($4), unnest($5), unnest($6),
                    unnest($7), unnest($8), unnest($9)
                WHERE current_setting('onus.append') = '\(Self.new)'
                """,
                [columns[0]] + columns[2...]),
        ]
    }

    /// Personal learning shares the identities and goes behind the wall; nothing else of it is kept.
    private var appendWithLearning: Statement {
        Statement(
            """
            WITH incoming AS MATERIALIZED (
                SELECT unnest($3) AS identity, unnest($4) AS type, unnest($5) AS source, unnest($6) AS id,
                    unnest($7) AS time, unnest($8) AS subject, unnest($9) AS data, unnest($10) AS attributes,
                    unnest($11) AS person, unnest($12) AS title, unnest($13) AS provider, unnest($14) AS url
            ), fresh AS (
                INSERT INTO \(tier.table) (organization_id, identity)
                SELECT $1, unnest($2) ON CONFLICT DO NOTHING RETURNING identity
            ), logged AS (
                INSERT INTO log.event (organization_id, era, identity, type, source, id, time, subject, data, attributes)
                SELECT $1, (SELECT onus.current_era()), identity, type, source, id, time, subject, data, attributes
                FROM incoming WHERE person IS NULL AND (identity IN (SELECT identity FROM fresh)) IS TRUE
            ), learned AS (
                INSERT INTO learner.learning (organization_id, person, identity, time, title, provider, url, data)
                SELECT $1, person, identity, time, title, provider, url, data
                FROM incoming WHERE person IS NOT NULL AND (identity IN (SELECT identity FROM fresh)) IS TRUE
            )
            SELECT identity FROM unnest($2) AS sent (identity)
            WHERE (SELECT count(*) FROM fresh) < cardinality($2) AND (identity IN (SELECT identity FROM fresh)) IS NOT TRUE
            """,
            columns + learningColumns)
    }

    /// The identities in order, then one array a column. Each is handed on as it was gathered: copies of them would be
    /// copies of all the events.
    private var columns: [Binding] {
        var sorted = BinaryArray(of: .uuid, capacity: entries.count)
        for hash in entries.map(\.hash).sorted() { sorted.append(hash) }
        var identities = BinaryArray(of: .uuid, capacity: entries.count)
        var types = BinaryArray(of: .int2, capacity: entries.count)
        var sources = BinaryArray(of: .text, capacity: entries.count)
        var ids = BinaryArray(of: .text, capacity: entries.count)
        var times = BinaryArray(of: .timestamptz, capacity: entries.count)
        var subjects = BinaryArray(of: .text, capacity: entries.count)
        var data = BinaryArray(of: .text, capacity: entries.count, bytes: entries.reduce(0) { $0 + $1.data.count })
        var attributes = BinaryArray(of: .text, capacity: entries.count)
        for entry in entries {
            identities.append(entry.hash)
            types.append(entry.type.code)
            sources.append(entry.identity.source)
            ids.append(entry.identity.id)
            times.append(entry.time.timestamp)
            subjects.append(entry.subject)
            data.append(entry.data)
            attributes.append(entry.attributes)
        }
        return [
            .int4(organization.rawValue), .array(consume sorted), .array(consume identities), .array(consume types),
            .array(consume sources), .array(consume ids), .array(consume times), .array(consume subjects),
            .array(consume data), .array(consume attributes),
        ]
    }

    private var learningColumns: [Binding] {
        let learnings = entries.map(\.learning)
        return [
            .textArray(learnings.map { $0?.person.rawValue }), .textArray(learnings.map { $0?.title }),
            .textArray(learnings.map { $0?.provider }), .textArray(learnings.map { $0?.url }),
        ]
    }
}
