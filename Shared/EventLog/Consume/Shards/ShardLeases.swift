import Logging
import Postgres

/// Which shards of a consumer one worker works on: session-level advisory locks on a connection of its own, so that
/// they are free the moment it ends. Polled, never waited for: a statement that waits keeps a snapshot, and with it
/// dead rows everywhere.
///
/// Leases only divide the work. That two workers never move one position is kept by the position's lock.
actor ShardLeases {
    private let connection: Connection
    private let name: String
    private let count: Int16
    private(set) var held: [Int16] = []

    private init(_ connection: Connection, name: String, count: Int16) {
        self.connection = connection
        self.name = name
        self.count = count
    }

    /// - Parameter configuration: Must not go through a pooler that shares sessions.
    static func open(
        _ configuration: ConnectionConfiguration, name: String, count: Int16, logger: Logger
    ) async throws(PostgresError) -> ShardLeases {
        let connection = try await Connection.connect(configuration, logger: logger)
        do throws(PostgresError) {
            // A worker that is frozen, or cut off, renews nothing: the server ends its session, and frees its leases.
            _ = try await connection.pipeline([
                Connection.endsWhenSilent,
                Statement("SELECT pg_advisory_lock_shared(\(Self.members))::text", [.text(name)]),
            ])
        } catch {
            await connection.close()
            throw error
        }
        return ShardLeases(connection, name: name, count: count)
    }

    /// Takes and gives back shards until this worker has its share of them, as far as others have given back theirs. To
    /// be called twice a second: a frozen session ends after four, and all of it is to take less than five.
    ///
    /// - Returns: The shards that it has now.
    /// - Throws: ``PostgresError`` where the session has ended, and all leases with it.
    func renew() async throws(PostgresError) -> [Int16] {
        let workers = max(1, try await connection.query(Self.countMembers, [.text(name)]).only().int(0))
        let share = (Int(count) + workers - 1) / workers
        if held.count > share {
            let surplus = held.suffix(held.count - share)
            _ = try await connection.query(
                "SELECT count(pg_advisory_unlock(\(Self.lease))) FROM unnest($2::smallint[]) AS s (shard)",
                [.text(name), .int2Array(Array(surplus))])
            held.removeLast(surplus.count)
        } else if held.count < share {
            // Only those that it has not: the planner chooses which of several conditions to ask first, and a lease that
            // is taken twice is not given back by giving it back once.
            let others = (0..<Int16(count)).filter { !held.contains($0) }
            let taken = try await connection.query(
                """
                SELECT s.shard FROM unnest($2::smallint[]) AS s (shard) WHERE pg_try_advisory_lock(\(Self.lease)) LIMIT $3
                """,
                [.text(name), .int2Array(others), .int8(share - held.count)])
            for row in taken { held.append(try row.int2(0)) }
        }
        return held
    }

    func close() async { await connection.close() }

    private static let members = "hashtextextended('onus log.workers ' || $1, 0)"
    private static let lease = "hashtextextended('onus log.lease ' || $1, s.shard)"

    private static let countMembers = """
        SELECT count(*) FROM pg_locks AS l, (SELECT \(members) AS key) AS k
        WHERE l.locktype = 'advisory' AND l.granted AND l.mode = 'ShareLock' AND l.objsubid = 1
            AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND l.classid::bigint = (k.key >> 32) & 4294967295 AND l.objid::bigint = k.key & 4294967295
        """
}
