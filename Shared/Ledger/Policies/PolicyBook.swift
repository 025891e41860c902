package import Models
package import Postgres

/// An organisation's policies: which constants made the scores of which day.
package struct PolicyBook: Sendable {
    /// A policy and the first day that it holds for.
    package struct Entry: Hashable, Sendable {
        package let policy: Policy
        package let validFrom: Day
    }

    /// By the day they begin, then version; never empty: the standard policy holds from the beginning.
    package let entries: [Entry]

    /// The rows of `onus.policy`: version, valid_from, body.
    static func read(_ organization: OrganizationID) -> Statement {
        Statement(
            """
            SELECT version, valid_from, body::text FROM onus.policy WHERE organization_id = $1 ORDER BY valid_from, version
            """,
            [.int4(organization.rawValue)])
    }

    init(_ rows: ResultSet) throws {
        var entries = [Entry(policy: .standard, validFrom: .first)]
        for row in rows {
            let version = Int(try row.int4(0))
            do {
                var policy = try Policy(json: try JSONParser.parse(try row.utf8(2)))
                policy.version = version
                entries.append(Entry(policy: policy, validFrom: Day(try row.date(1))))
            } catch let problem as InvalidPolicy {
                throw LedgerError.unreadablePolicy(version: version, "\(problem)")
            } catch let problem as JSONProblem {
                throw LedgerError.unreadablePolicy(version: version, "body at byte \(problem.offset)")
            }
        }
        self.entries = entries
    }

    /// An organisation's policies.
    ///
    /// - Throws: ``PostgresError``; ``LedgerError/unreadablePolicy(version:_:)``.
    package static func load(_ organization: OrganizationID, from connection: Connection) async throws -> PolicyBook {
        try PolicyBook(try await connection.pipeline([read(organization)])[0])
    }

    /// The day it is by the database's clock.
    package static func today(_ connection: Connection) async throws -> Day {
        Day(try await connection.query("SELECT (now() AT TIME ZONE 'UTC')::date").only().date(0))
    }

    /// The version that the next policy to be stored gets.
    package var nextVersion: Int { (entries.map(\.policy.version).max() ?? 1) + 1 }

    /// Keeps policies from being stored until the end of the transaction; waits for one that is being stored. Whoever
    /// begins a day holds it, so that the day has one policy.
    static func hold(_ organization: OrganizationID) -> Statement {
        Statement(
            "SELECT pg_advisory_xact_lock_shared(hashtext('onus.policy'), $1)", [.int4(organization.rawValue)])
    }

    /// Stores a policy under the next version.
    ///
    /// - Parameters:
    ///   - policy: Its own version is passed over.
    ///   - validFrom: Tomorrow or later by the database's clock, and after every day whose scoring has begun: published
    ///     days keep their policy.
    /// - Returns: its version.
    /// - Throws: ``LedgerError/policyInThePast(validFrom:earliest:)``, ``PostgresError``.
    package static func add(
        _ policy: Policy, validFrom: Day, organization: OrganizationID, on connection: Connection
    ) async throws -> Int {
        try await connection.transaction { connection in
            let opening = try await connection.pipeline([
                OrganizationState.enter(organization),
                // Scoring waits for the lock: who is frozen with it is ended.
                Statement("SELECT set_config('idle_in_transaction_session_timeout', '10000', true)"),
                // Two who store at once get one number after the other, and no day begins before this is committed.
                Statement("SELECT pg_advisory_xact_lock(hashtext('onus.policy'), $1)", [.int4(organization.rawValue)]),
                // The clock, not the transaction's start: the lock may have been waited for past midnight.
                Statement(
                    """
                    SELECT greatest((clock_timestamp() AT TIME ZONE 'UTC')::date, o.scored_day, t.day),
                        (SELECT coalesce(max(version), 1) + 1 FROM onus.policy WHERE organization_id = $1)
                    FROM onus.organization AS o LEFT JOIN score.turn AS t ON t.organization_id = o.id
                    WHERE o.id = $1
                    """,
                    [.int4(organization.rawValue)]),
            ])
            let row = try opening[3].only()
            let earliest = Day(try row.date(0)) + 1
            guard validFrom >= earliest else {
                throw LedgerError.policyInThePast(validFrom: validFrom, earliest: earliest)
            }
            var stored = policy
            stored.version = Int(try row.int4(1))
            _ = try await connection.execute(
                "INSERT INTO onus.policy (organization_id, version, valid_from, body) VALUES ($1, $2, $3, $4)",
                [
                    .int4(organization.rawValue), .int4(Int32(stored.version)), .date(DateValue(validFrom)),
                    .jsonb(stored.json.serialized),
                ])
            return stored.version
        }
    }

    /// The policy in force on a day: the one that began last; of two that began together the later version.
    package func policy(on day: Day) -> Policy {
        entries.last { $0.validFrom <= day }?.policy ?? .standard
    }

    /// The policy that a day is scored with: the one of the version asked for, else the one in force on the day.
    ///
    /// - Throws: ``LedgerError/unknownPolicy(version:)``
    package func policy(on day: Day, version: Int?) throws(LedgerError) -> Policy {
        guard let version else { return policy(on: day) }
        guard let policy = policy(version: version) else { throw .unknownPolicy(version: version) }
        return policy
    }

    /// The policy of this version; of versions that were stored twice the last.
    package func policy(version: Int) -> Policy? {
        entries.last { $0.policy.version == version }?.policy
    }
}
