import Models
import Postgres

/// The statements of one append. Sent as one pipeline, they are one transaction of one round trip.
///
/// Identities are inserted in sorted order: transactions that take them in the same order can't wait for each other in
/// a circle.
struct AppendStatements {
    private let organization: OrganizationID
    private let entries: [LogEntry]

    /// - Parameter entries: No identity twice; they keep their order in the log.
    init(organization: OrganizationID, entries: [LogEntry]) {
        self.organization = organization
        self.entries = entries
    }

    /// The last one returns the identities that were new.
    var all: [Statement] { [settings, hasLearning ? appendWithLearning : append] }

    private var hasLearning: Bool { entries.contains { $0.learning != nil } }

    /// For this transaction alone: whose rows; flushed before it is answered, whatever the database's default; and
    /// ended within a minute, because `--known-at` trusts that what was recorded a minute ago is there.
    private var settings: Statement {
        Statement(
            """
            SELECT set_config('onus.organization_id', $1, true), set_config('statement_timeout', '9s', true),
                set_config('synchronous_commit', CASE WHEN current_setting('synchronous_commit') IN ('off', 'local')
                    THEN 'on' ELSE current_setting('synchronous_commit') END, true)
            """,
            [.text(String(organization.rawValue))])
    }

    private var append: Statement {
        Statement(
            """
            WITH incoming AS MATERIALIZED (
                SELECT * FROM unnest($2, $3, $4, $5, $6, $7, $8, $9) WITH ORDINALITY
                    AS e (identity, type, source, id, time, subject, data, attributes, n)
            ), fresh AS (
                INSERT INTO log.identity (organization_id, identity)
                SELECT $1, identity FROM incoming ORDER BY identity
                ON CONFLICT DO NOTHING RETURNING identity
            ), logged AS (
                INSERT INTO log.event (organization_id, era, identity, type, source, id, time, subject, data, attributes)
                SELECT $1, (SELECT onus.current_era()), identity, type, source, id, time, subject, data, attributes
                FROM incoming JOIN fresh USING (identity) ORDER BY n
            )
            SELECT identity FROM fresh
            """,
            columns)
    }

    /// Personal learning shares the identities and goes behind the wall; nothing else of it is kept.
    private var appendWithLearning: Statement {
        Statement(
            """
            WITH incoming AS MATERIALIZED (
                SELECT * FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) WITH ORDINALITY
                    AS e (identity, type, source, id, time, subject, data, attributes, person, title, provider, url, n)
            ), fresh AS (
                INSERT INTO log.identity (organization_id, identity)
                SELECT $1, identity FROM incoming ORDER BY identity
                ON CONFLICT DO NOTHING RETURNING identity
            ), logged AS (
                INSERT INTO log.event (organization_id, era, identity, type, source, id, time, subject, data, attributes)
                SELECT $1, (SELECT onus.current_era()), identity, type, source, id, time, subject, data, attributes
                FROM incoming JOIN fresh USING (identity) WHERE person IS NULL ORDER BY n
            ), learned AS (
                INSERT INTO learner.learning (organization_id, person, identity, time, title, provider, url, data)
                SELECT $1, person, identity, time, title, provider, url, data
                FROM incoming JOIN fresh USING (identity) WHERE person IS NOT NULL
            )
            SELECT identity FROM fresh
            """,
            columns + learningColumns)
    }

    /// One array a column. Each is handed on as it was gathered: copies of them would be copies of all the events.
    private var columns: [Binding] {
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
            .int4(organization.rawValue), .array(consume identities), .array(consume types), .array(consume sources),
            .array(consume ids), .array(consume times), .array(consume subjects), .array(consume data),
            .array(consume attributes),
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
