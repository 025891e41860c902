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

    /// What became of an attempt to close the open tier.
    package enum Closing: Hashable, Sendable {
        case closed
        /// It is not large enough, or another process is about it.
        case notDue
        /// Appends or a vacuum were under way that did not end in time.
        case busy
    }

    /// Closes the open tier and opens another, where it is large.
    ///
    /// - Parameter enough: So many identities are large, or a sixteenth of all that are in closed tiers.
    package static func close(holding enough: Int, in pool: PostgresPool) async throws(PostgresError) -> Closing {
        do {
            return try await pool.query("SELECT log.close_tier($1)", [.int8(enough)]).only().bool(0) ? .closed : .notDue
        } catch {
            guard error.sqlState == .lockNotAvailable else { throw error }
            return .busy
        }
    }

    /// Learns which tiers there are, and gets the filters of those that are closed: as another process has made and kept them,
    /// or by making and keeping them.
    ///
    /// - Parameter memory: Bytes that the filters may take; beyond it tiers stay without, the newest first.
    /// - Returns: How many filters it got.
    /// - Throws: ``PostgresError``, the last one, when it has tried all of them.
    @discardableResult
    package func refresh(in pool: PostgresPool, memory: Int = 256 << 20) async throws(PostgresError) -> Int {
        let standing = try learn(try await pool.pipeline([Self.look])[0])
        var count = 0
        var fault: PostgresError?
        for closed in standing.closed {
            guard case .unknown = closed.state else { continue }
            do {
                if try await getFilter(of: closed, atMost: memory - measure.filterBytes, in: pool) { count += 1 }
            } catch {
                fault = error
            }
        }
        if let fault { throw fault }
        return count
    }

    /// - Parameter room: Bytes.
    private func getFilter(
        of closed: Closed, atMost room: Int, in pool: PostgresPool
    ) async throws(PostgresError) -> Bool {
        let key: [Binding] = [.text(closed.tier.name), .timestamptz(closed.since)]
        let row = try await pool.query(
            "SELECT identities, octet_length(filter) FROM log.tier WHERE name = $1 AND closed = $2", key
        ).only()
        let identities = try row.int(0)
        let isKept = try !row.isNull(1)
        let size = isKept ? try row.int(1) : IdentityFilter.size(of: identities)
        guard identities <= IdentityFilter.useful, size <= room else {
            note(.none, of: closed)
            return false
        }
        if isKept {
            let kept = try await pool.query("SELECT filter FROM log.tier WHERE name = $1 AND closed = $2", key)
            let filter = IdentityFilter(try kept.only().bytes(0))
            note(filter.map { .known($0) } ?? .none, of: closed)
            return filter != nil
        }
        let filter = try await filter(of: key, holding: identities, in: pool)
        note(.known(filter), of: closed)
        _ = try await pool.query("SELECT log.keep_filter($1, $2, $3)", key + [.bytea(filter.bytes)])
        return true
    }

    /// Made of the tier's own identities; each answer is refused where that is another one by now.
    private func filter(
        of key: [Binding], holding identities: Int, in pool: PostgresPool
    ) async throws(PostgresError) -> IdentityFilter {
        var filter = IdentityFilter(capacity: identities)
        var page = 0
        while let found = try await pool.query(
            "SELECT log.tier_identities($1, $2, $3, $4)", key + [.int8(page), .int4(Int32(Self.pages))]
        ).only().optionalBytes(0) {
            guard let identities = UUIDBytes.list(of: found) else {
                throw PostgresError(.decoding, "expected identities of 16 bytes each, got \(found.count) bytes")
            }
            for identity in identities { filter.insert(identity) }
            page += Self.pages
        }
        return filter
    }

    /// Some 2 MiB of identities.
    private static let pages = 1_000
}
