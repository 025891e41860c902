package import Models
package import Postgres

/// Where rejected events are put; ``QuarantineDesk`` is where an operator deals with them.
///
/// Source: `log.quarantine` (V0002, V0066, V0099).
package struct Quarantine: Sendable {
    private let pool: PostgresPool

    package init(pool: PostgresPool) { self.pool = pool }

    /// Keeps rejected events. One that is there already (the same bytes, the same pointer) is counted up.
    ///
    /// - Parameter token: Who sent them.
    package func insert(
        _ rejected: [RejectedEvent], organization: OrganizationID, token: UUIDBytes?
    ) async throws(PostgresError) {
        // Sorted, and none twice: two batches can't wait for each other, and no row is met twice in one statement.
        var unique: [Key: RejectedEvent] = [:]
        for event in rejected {
            unique[Key(hash: event.bodyHash, pointer: Self.storable(event.keptProblem.pointer, limit: 1_000))] = event
        }
        guard !unique.isEmpty else { return }
        let sorted = unique.sorted { $0.key < $1.key }
        let events = sorted.map(\.value)
        let statements = [
            .working(for: organization),
            Statement(
                Self.insertSQL,
                [
                    .int4(organization.rawValue), .uuid(token), .textArray(sorted.map(\.key.pointer)),
                    .textArray(events.map { Self.storable($0.keptProblem.title, limit: 1_000) }),
                    .textArray(events.map { Self.storable($0.keptProblem.detail, limit: 4_000) }),
                    .textArray(events.map { $0.type.map { Self.storable($0, limit: 1_000) } }),
                    .textArray(events.map { $0.source.map { Self.storable($0, limit: 4_000) } }),
                    .textArray(events.map { $0.id.map { Self.storable($0, limit: 4_000) } }),
                    .textArray(events.map { $0.body.map { Self.storable($0, limit: .max) } }),
                    .byteaArray(events.map(\.bodyHash)), .textArray(events.map { $0.call?.hook }),
                    .textArray(
                        events.map { event in
                            event.body == nil ? nil : event.call.map { Self.storable($0.serialized, limit: .max) }
                        }),
                ]),
        ]
        _ = try await pool.pipeline(statements)
    }

    /// What PostgreSQL takes: rejected events may hold what no accepted one can (U+0000, and texts of any length).
    private static func storable(_ text: String, limit: Int) -> String {
        let clean =
            text.utf8.contains(0) ? String(text.unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : Character($0) }) : text
        return clean.utf8.count <= limit ? clean : String(decoding: clean.utf8.prefix(limit), as: UTF8.self) + "…"
    }

    private struct Key: Hashable, Comparable {
        let hash: [UInt8]
        let pointer: String

        static func < (left: Key, right: Key) -> Bool {
            left.hash == right.hash
                ? left.pointer < right.pointer : left.hash.lexicographicallyPrecedes(right.hash)
        }
    }

    private static let insertSQL = """
        INSERT INTO log.quarantine AS q
            (organization_id, token_id, pointer, title, detail, type, source, event_id, body, body_hash, hook, call)
        SELECT $1, $2, e.pointer, e.title, e.detail, e.type, e.source, e.event_id, e.body, e.body_hash,
            e.hook, e.call
        FROM unnest($3, $4, $5, $6, $7, $8, $9, $10, $11, $12) WITH ORDINALITY
            AS e (pointer, title, detail, type, source, event_id, body, body_hash, hook, call, n)
        ORDER BY n
        ON CONFLICT (organization_id, body_hash, pointer) DO UPDATE
        SET times = q.times + 1, last_received = now(),
            body = CASE q.state WHEN 'discarded' THEN NULL ELSE excluded.body END,
            call = CASE q.state WHEN 'discarded' THEN NULL ELSE excluded.call END,
            state = CASE q.state WHEN 'released' THEN 'held' ELSE q.state END,
            settled = CASE q.state WHEN 'released' THEN NULL ELSE q.settled END,
            settled_by = CASE q.state WHEN 'released' THEN NULL ELSE q.settled_by END
        """
}
