import EventLog
import Logging
import Models
import Postgres

extension ScoringWorker {
    /// The transactions' effects by organisation, to be remembered once they are committed.
    private typealias Effects = [OrganizationID: OrganizationTransaction.Effect]

    /// Takes the next events of the log. Where that fails for another reason than the connection, takes them one by
    /// one, and sets aside the one that fails again.
    func takeBatch() async throws -> BatchOutcome<Work> {
        do {
            return try await takeBatch(limit: options.batch)
        } catch  where error.isAboutData {
            logger.error("Batch not scored, its events are taken one by one", metadata: ["error": "\(error)"])
            return try await takeOneByOne()
        }
    }

    private func takeBatch(limit: Int) async throws -> BatchOutcome<Work> {
        // Copies: the transaction must not change what is remembered before it is committed.
        let remembered = memory
        let behind = due
        let influx = influx
        let options = options
        let outcome = try await log.withBatch(limit: limit) { connection, events in
            let isBacklog = limit > 1 && events.count >= min(limit, options.bulk)
            var rates: [OrganizationID: Influx] = [:]
            var effects: Effects = [:]
            for (organization, events) in Self.byOrganization(events) {
                let now = ContinuousClock.now
                var rate = influx[organization] ?? Influx(at: now)
                rate.add(events.count, burst: options.bulk, quiet: options.quiet, at: now)
                rates[organization] = rate
                effects[organization] = try await self.transaction(organization, connection).take(
                    events, memory: remembered[organization],
                    isDeferred: isBacklog || (limit > 1 && rate.isLoading(options.quiet, at: now)),
                    isBehind: behind.contains(organization), slice: options.slice)
            }
            return (effects, rates)
        }
        switch outcome {
        case .busy: return .busy
        case .caughtUp: return .caughtUp
        case .handled((let effects, let rates), let events, let isFull):
            self.influx.merge(rates) { _, new in new }
            var work = remember(effects)
            work.events = events
            await ringForNotices(work)
            return .handled(work, events: events, isFull: isFull)
        }
    }

    private func takeOneByOne() async throws -> BatchOutcome<Work> {
        memory.removeAll()
        var total = Work()
        for _ in 0..<options.batch {
            do {
                guard case .handled(let work, _, let isFull) = try await takeBatch(limit: 1) else { break }
                total.add(work)
                if !isFull { break }
            } catch  where error.isAboutData {
                memory.removeAll()
                try await park(because: error)
                total.events += 1
                total.parked += 1
            }
        }
        return .handled(total, events: total.events, isFull: true)
    }

    /// Sets the next event of the log aside: nothing else of it is stored.
    private func park(because error: any Error) async throws {
        let outcome = try await log.withBatch(limit: 1) { connection, events in
            for event in events {
                _ = try await connection.pipeline([
                    OrganizationState.enter(event.organization),
                    Statement(
                        """
                        INSERT INTO score.parked (organization_id, identity, source, id, error)
                        VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING
                        """,
                        [
                            .int4(event.organization.rawValue), .uuid(event.hash), .text(event.event.identity.source),
                            .text(event.event.identity.id), .text("\(error)"),
                        ]),
                ])
            }
            return events.map(\.event.identity)
        }
        guard case .handled(let identities, _, _) = outcome else { return }
        for identity in identities {
            logger.error(
                "Event parked", metadata: ["event": "\(identity.source) \(identity.id)", "error": "\(error)"])
        }
    }

    /// Does the next slice of one organisation's turn, or of its marked units.
    func advance(_ organization: OrganizationID, after work: Work) async throws -> Step {
        let remembered = memory
        let slice = options.slice
        let reading = PassReading(pool)
        return try await postponing(organization) {
            let outcome = try await log.withPosition { connection in
                try await self.transaction(organization, connection)
                    .advance(memory: remembered[organization], slice: slice, reading: reading)
            }
            // Somebody took the position in between; what was done before is told all the same.
            guard let effect = outcome else { return work == Work() ? .standby : .worked(work) }
            return .worked(await finish(effect, of: organization, after: work))
        }
    }

    /// An organisation whose work fails, for another reason than the connection, must not stop the others: it waits.
    private func postponing(_ organization: OrganizationID, _ work: () async throws -> Step) async throws -> Step {
        do {
            return try await work()
        } catch  where error.isAboutData {
            logger.error(
                "Organisation not scored, tried again later",
                metadata: ["organization": "\(organization)", "error": "\(error)"])
            memory.removeAll()
            postponed[organization] = .now + options.retryAfter
            return .worked(Work())
        }
    }

    /// - Parameter effect: nil where nothing waited.
    private func finish(
        _ effect: OrganizationTransaction.Effect?, of organization: OrganizationID, after work: Work
    ) async -> Work {
        var total = work
        guard let effect else {
            unfinished?.remove(organization)
            due.remove(organization)
            return total
        }
        total.add(remember([organization: effect]))
        await ringForNotices(total)
        if !effect.isUnfinished { due.remove(organization) }
        logger.log(
            level: effect.isUnfinished ? .debug : .info, effect.isUnfinished ? "Slice scored" : "Organisation scored",
            metadata: [
                "organization": "\(organization)", "day": "\(effect.history.day)", "units": "\(effect.units)",
                "notices": "\(effect.notices)",
            ])
        return total
    }

    private func remember(_ effects: Effects) -> Work {
        var work = Work()
        for (organization, effect) in effects {
            memory.remember(effect.history, of: organization)
            if effect.isUnfinished { unfinished?.insert(organization) } else { unfinished?.remove(organization) }
            work.add(Work(units: effect.units, notices: effect.notices))
        }
        return work
    }

    /// Wakes notification. A lost ring costs it one poll interval.
    private func ringForNotices(_ work: Work) async {
        guard work.notices > 0 else { return }
        do {
            try await WakeUp(pool: pool, channel: .notice, logger: logger).notify()
        } catch {
            logger.debug("Notification not woken", metadata: ["error": "\(error)"])
        }
    }

    private func transaction(_ organization: OrganizationID, _ connection: Connection) -> OrganizationTransaction {
        // Of the pool's connections one is the transaction's, and one more than there are cores are asked for.
        OrganizationTransaction(
            connection: connection, organization: organization, worker: name, clock: clock,
            parallelism: min(options.parallelism, max(1, pool.metrics.limit - 2)))
    }

    /// In the order of the organisations' numbers, which is also that of their locks.
    private static func byOrganization(_ events: [RecordedEvent]) -> [(OrganizationID, [RecordedEvent])] {
        Dictionary(grouping: events, by: \.organization).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}

extension Error {
    /// Whether the data is at fault, so that the same work would fail again: a value that the database refuses, a
    /// limit that is passed, a row that can't be read. Anything else (the connection, a privilege, a full disk) is the
    /// surroundings' fault, and is waited for. So is an event that this build can't read (``LogError``): nothing of it
    /// is skipped, as a newer build will read it.
    fileprivate var isAboutData: Bool {
        switch self {
        case is LedgerError: true
        case let error as PostgresError:
            switch error.kind {
            case .decoding: true
            case .server: ["22", "23", "54"].contains(error.sqlState?.class ?? "")
            default: false
            }
        default: false
        }
    }
}

extension ScoringWorker.Work {
    mutating func add(_ other: Self) {
        events += other.events
        units += other.units
        notices += other.notices
        parked += other.parked
    }
}
