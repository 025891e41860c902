package import Postgres

// What keeps the tiers small and their filters at hand. Ingestion does it again and again; where it doesn't, or fails, appends
// become slower and nothing else.
extension IdentityTiers {
    /// What the closed tiers come to.
    package struct Measure: Hashable, Sendable {
        package let closed: Int
        /// Those that each append asks, as they have no filter here.
        package let withoutFilter: Int
        /// What the filters take in memory.
        package let filterBytes: Int
    }

    package var measure: Measure {
        let closed = known?.closed ?? []
        return Measure(
            closed: closed.count, withoutFilter: closed.count { $0.filter == nil },
            filterBytes: closed.reduce(0) { $0 + ($1.filter?.size ?? 0) })
    }

    /// Closes the open tier and opens another, where it is large.
    ///
    /// - Parameter least: So many identities are large, or an eighth of all that are in closed tiers.
    /// - Returns: Whether it did. Where appends are under way that don't end within a quarter of a second it does not.
    package static func close(holding least: Int, in pool: PostgresPool) async throws(PostgresError) -> Bool {
        do {
            return try await pool.query("SELECT log.close_tier($1)", [.int8(least)]).only().bool(0)
        } catch {
            guard error.sqlState == .lockNotAvailable else { throw error }
            return false
        }
    }

    /// Learns which tiers there are, and gets the filters of those that are closed: as another process has made and kept them,
    /// or by making and keeping them.
    ///
    /// - Parameter memory: Bytes that the filters may take; beyond it tiers stay without, the newest first.
    /// - Returns: How many filters it got.
    @discardableResult
    package func refresh(in pool: PostgresPool, memory: Int = 256 << 20) async throws(PostgresError) -> Int {
        var left = memory - measure.filterBytes
        var count = 0
        let standing = try learn(try await pool.pipeline([Self.look])[0])
        for closed in standing.closed where closed.filter == nil {
            guard let filter = try await filter(of: closed.tier, in: pool), filter.size <= left else { continue }
            left -= filter.size
            adopt(filter, of: closed)
            count += 1
        }
        return count
    }

    private func filter(of tier: IdentityTier, in pool: PostgresPool) async throws(PostgresError) -> IdentityFilter? {
        guard
            let row = try await pool.query(
                "SELECT filter, identities FROM log.tier WHERE name = $1 AND closed IS NOT NULL", [.text(tier.name)]
            ).first
        else { return nil }
        if let kept = try row.optionalBytes(0) { return IdentityFilter(kept) }
        var filter = IdentityFilter(capacity: try row.int(1))
        var page = 0
        while let identities = try await pool.query(
            "SELECT log.tier_identities($1, $2, $3)", [.text(tier.name), .int8(page), .int4(Int32(Self.pages))]
        ).only().optionalBytes(0) {
            for start in stride(from: 0, to: identities.count, by: 16) {
                if let identity = UUIDBytes(identities[start..<start + 16]) { filter.insert(identity) }
            }
            page += Self.pages
        }
        _ = try await pool.query("SELECT log.keep_filter($1, $2)", [.text(tier.name), .bytea(filter.bytes)])
        return filter
    }

    /// Some 2 MiB of identities.
    private static let pages = 1_000
}
