package import Models
package import Postgres

/// The end of the log that a consumer has not read yet.
///
/// Read it inside a transaction of isolation `repeatable read`, so that what the consumer has done with the rest is of
/// the same moment.
package enum LogTail {
    /// An organisation's events that the consumer has not read, in no order.
    ///
    /// - Parameter limit: The most that is worth reading, over all organisations.
    /// - Returns: `nil` where there are more, or the consumer never read.
    package static func events(
        of organization: OrganizationID, unreadBy consumer: String, limit: Int, from connection: Connection
    ) async throws(LogError) -> [RecordedEvent]? {
        let rows: ResultSet
        do {
            rows = try await connection.query(
                sql,
                [
                    .text(nil), .int4(Int32(clamping: limit + 1)), .text(consumer), .int4(organization.rawValue),
                ])
        } catch {
            throw .database(error)
        }
        var events: [RecordedEvent] = []
        do {
            // One row says how many there are; none says that there is no position.
            guard let first = rows.first, try first.int8(0) <= Int64(limit) else { return nil }
            for row in rows where try !row.isNull(1) { events.append(try RecordedEvent(row, from: 1)) }
        } catch let error as LogError {
            throw error
        } catch let error as PostgresError {
            throw .database(error)
        } catch {
            preconditionFailure("reading rows throws LogError or PostgresError only, got \(error)")
        }
        return events
    }

    /// An organisation's events of some identities, in no order; what the log doesn't have is left out.
    ///
    /// - Parameter hashes: Of the identities.
    package static func events(
        _ hashes: [UUIDBytes], of organization: OrganizationID, from connection: Connection
    ) async throws(LogError) -> [RecordedEvent] {
        let rows: ResultSet
        do {
            // An event has the instant of its identity, by which it is found without reading the log.
            rows = try await connection.query(
                """
                SELECT \(RecordedEvent.columns)
                FROM log.identity AS i CROSS JOIN LATERAL (
                    SELECT * FROM log.every_event AS l
                    WHERE l.organization_id = $1 AND l.recorded = i.recorded AND l.identity = i.identity) AS e
                WHERE i.organization_id = $1 AND i.identity = ANY ($2)
                """,
                [.int4(organization.rawValue), .uuidArray(hashes)])
        } catch {
            throw .database(error)
        }
        var events: [RecordedEvent] = []
        for row in rows { events.append(try RecordedEvent(row)) }
        return events
    }

    private static let sql = """
        WITH unread AS MATERIALIZED (
            SELECT e.* FROM log.position AS p, LATERAL (\(Unread.rows(of: RecordedEvent.columns))) AS e
            WHERE p.consumer = $3 AND p.shard = 0
        )
        SELECT c.unread, \(RecordedEvent.columns)
        FROM log.position AS p, LATERAL (SELECT count(*) AS unread FROM unread) AS c
        LEFT JOIN unread AS e ON e.organization_id = $4
        WHERE p.consumer = $3 AND p.shard = 0
        """
}
