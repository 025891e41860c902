import Postgres
import Synchronization

/// What a process knows of the tiers of identities: into which one to append, and of the closed ones what is surely not in
/// them. Nothing depends on it being up to date: an append to a tier that is open no longer is refused by the database, and
/// what is in a closed tier never changes.
///
/// Source: `log.tier` (V0105); decision 0052.
package final class IdentityTiers: Sendable {
    struct Closed: Sendable {
        let tier: IdentityTier
        /// Since when. Together with the name it tells a tier from one of a database that was restored meanwhile.
        let since: Timestamp
        /// `nil`: it is asked itself.
        var filter: IdentityFilter?
    }

    struct Standing: Sendable {
        let open: IdentityTier
        /// The oldest first.
        var closed: [Closed]

        /// Those of some identities that a closed tier may have, tier by tier.
        func suspects(among identities: [UUIDBytes]) -> [(tier: IdentityTier, identities: [UUIDBytes])] {
            var suspects: [(tier: IdentityTier, identities: [UUIDBytes])] = []
            for closed in closed {
                let some = closed.filter.map { filter in identities.filter { filter.mayContain($0) } } ?? identities
                if !some.isEmpty { suspects.append((closed.tier, some)) }
            }
            return suspects
        }
    }

    private let standing = Mutex<Standing?>(nil)

    package init() {}

    /// What was learned last; `nil`: nothing yet.
    var known: Standing? { standing.withLock { $0 } }

    static let look = Statement("SELECT name, closed FROM log.tier ORDER BY begun, name")

    /// - Parameter rows: Of ``look``.
    func learn(_ rows: ResultSet) throws(PostgresError) -> Standing {
        var open: IdentityTier?
        var closed: [Closed] = []
        for row in rows {
            let tier = try IdentityTier(try row.text(0))
            if let since = try row.optionalTimestamptz(1) {
                closed.append(Closed(tier: tier, since: since))
            } else {
                open = tier
            }
        }
        guard let open else { throw PostgresError(.decoding, "expected an open tier of identities, got none") }
        let learned = Standing(open: open, closed: closed)
        return standing.withLock { standing in
            let filters = standing?.closed ?? []
            var learned = learned
            for index in learned.closed.indices {
                let new = learned.closed[index]
                learned.closed[index].filter = filters.first { $0.tier == new.tier && $0.since == new.since }?.filter
            }
            standing = learned
            return learned
        }
    }

    /// Uses a filter, if its tier is still the one that it was made of.
    func adopt(_ filter: IdentityFilter, of closed: Closed) {
        standing.withLock { standing in
            guard let index = standing?.closed.firstIndex(where: { $0.tier == closed.tier && $0.since == closed.since })
            else { return }
            standing?.closed[index].filter = filter
        }
    }
}
