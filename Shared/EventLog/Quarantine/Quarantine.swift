package import Models
package import Postgres

/// Rejected events, until an operator has dealt with them.
///
/// Source: `log.quarantine` (V0002).
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
            unique[Key(hash: event.bodyHash, pointer: Self.storable(event.problem.pointer, limit: 1_000))] = event
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
                    .textArray(events.map { Self.storable($0.problem.title, limit: 1_000) }),
                    .textArray(events.map { Self.storable($0.problem.detail, limit: 4_000) }),
                    .textArray(events.map { $0.type.map { Self.storable($0, limit: 1_000) } }),
                    .textArray(events.map { $0.source.map { Self.storable($0, limit: 4_000) } }),
                    .textArray(events.map { $0.id.map { Self.storable($0, limit: 4_000) } }),
                    .textArray(events.map { $0.body.map { Self.storable($0, limit: .max) } }),
                    .byteaArray(events.map(\.bodyHash)),
                ]),
        ]
        _ = try await pool.pipeline(statements)
    }

    /// The held ones, oldest first.
    ///
    /// - Parameters:
    ///   - after: Begin after this row; 0: at the first.
    ///   - limit: At most so many.
    package func held(
        organization: OrganizationID, after: Int64 = 0, limit: Int
    ) async throws(PostgresError) -> [QuarantinedEvent] {
        let statements = [
            .working(for: organization),
            Statement(
                """
                SELECT id, received, last_received, times, token_id, pointer, title, detail, type, source, event_id, body
                FROM log.quarantine WHERE organization_id = $1 AND state = 'held' AND id > $2 ORDER BY id LIMIT $3
                """,
                [.int4(organization.rawValue), .int8(after), .int4(Int32(clamping: limit))]),
        ]
        let results = try await pool.pipeline(statements)
        var events: [QuarantinedEvent] = []
        for row in results[1] {
            events.append(
                QuarantinedEvent(
                    id: try row.int8(0), received: Instant(try row.timestamptz(1)),
                    lastReceived: Instant(try row.timestamptz(2)), times: Int(try row.int4(3)),
                    token: try row.optionalUUID(4), pointer: try row.text(5), title: try row.text(6),
                    detail: try row.text(7), type: try row.optionalText(8), source: try row.optionalText(9),
                    eventID: try row.optionalText(10), body: try row.optionalText(11), state: .held))
        }
        return events
    }

    /// Marks one as dealt with.
    ///
    /// - Returns: Whether it was held until now.
    package func settle(
        _ id: Int64, as state: QuarantinedEvent.State, organization: OrganizationID
    ) async throws(PostgresError) -> Bool {
        let statements = [
            .working(for: organization),
            Statement(
                "UPDATE log.quarantine SET state = $3 WHERE organization_id = $1 AND id = $2 AND state = 'held'",
                [.int4(organization.rawValue), .int8(id), .text(state.rawValue)]),
        ]
        let results = try await pool.pipeline(statements)
        return results[1].affectedRows == 1
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
            (organization_id, token_id, pointer, title, detail, type, source, event_id, body, body_hash)
        SELECT $1, $2, e.pointer, e.title, e.detail, e.type, e.source, e.event_id, e.body, e.body_hash
        FROM unnest($3, $4, $5, $6, $7, $8, $9, $10) WITH ORDINALITY
            AS e (pointer, title, detail, type, source, event_id, body, body_hash, n)
        ORDER BY n
        ON CONFLICT (organization_id, body_hash, pointer) DO UPDATE
        SET times = q.times + 1, last_received = now(),
            state = CASE q.state WHEN 'discarded' THEN q.state ELSE 'held' END
        """
}
