import Models
import Postgres
import Synchronization

/// What a process knows of the tiers of identities: into which one to append, and of the closed ones what is surely not in
/// them. Nothing depends on it being up to date: an append to a tier that is open no longer is refused by the database, and
/// what is in a closed tier never changes.
///
/// Source: `log.tier` (V0105); decision 0052.
package final class IdentityTiers: Sendable {
    struct Closed: Sendable {
        enum Filter: Sendable {
            case unknown
            /// There is none that could be used: it takes too much memory, or is of a form of another version.
            case none
            case known(IdentityFilter)
        }

        let tier: IdentityTier
        /// Since when. Together with the name it tells a tier from one of a database that was restored meanwhile.
        let since: Timestamp
        var state = Filter.unknown

        /// `nil`: the tier is asked itself.
        var filter: IdentityFilter? { if case .known(let filter) = state { filter } else { nil } }

        func isSame(as other: Closed) -> Bool { tier == other.tier && since == other.since }
    }

    struct Standing: Sendable {
        let open: IdentityTier
        /// The oldest first.
        var closed: [Closed]

        /// Those of some identities that a closed tier may have, tier by tier.
        func suspects(among identities: [UUIDBytes]) -> [Suspects] {
            guard !closed.isEmpty else { return [] }
            let probes = identities.sorted().map(IdentityFilter.Probe.init)
            var suspects: [Suspects] = []
            for closed in closed {
                let some = closed.filter.map { $0.suspects(among: probes) } ?? identities
                if !some.isEmpty { suspects.append(Suspects(tier: closed.tier, identities: some)) }
            }
            return suspects
        }
    }

    /// Identities that a closed tier may have.
    struct Suspects {
        let tier: IdentityTier
        let identities: [UUIDBytes]
    }

    /// Asks for identities that a closed tier may have. Nothing is added to closed tiers, so the answers hold beyond
    /// their transaction.
    ///
    /// - Returns: No statement where there are none.
    static func looks(for suspects: [Suspects], of organization: OrganizationID) -> [Statement] {
        guard !suspects.isEmpty else { return [] }
        return [AppendStatements.settings(for: organization)]
            + suspects.map { $0.tier.known(among: $0.identities, of: .int4(organization.rawValue)) }
    }

    /// - Parameter answers: To ``looks(for:of:)``.
    static func known(_ answers: [ResultSet]) throws(PostgresError) -> Set<UUIDBytes> {
        var known: Set<UUIDBytes> = []
        for rows in answers.dropFirst() {
            for row in rows { known.insert(try row.uuid(0)) }
        }
        return known
    }

    private let standing = Mutex<Standing?>(nil)

    package init() {}

    /// What was learned last; `nil`: nothing yet.
    var known: Standing? { standing.withLock { $0 } }

    /// Which tiers there are, the oldest first.
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
                if let known = filters.first(where: learned.closed[index].isSame) {
                    learned.closed[index].state = known.state
                }
            }
            standing = learned
            return learned
        }
    }

    /// Notes what is known of a filter, if its tier is still the one that was asked.
    func note(_ state: Closed.Filter, of closed: Closed) {
        standing.withLock { standing in
            guard let index = standing?.closed.firstIndex(where: closed.isSame) else { return }
            standing?.closed[index].state = state
        }
    }
}
