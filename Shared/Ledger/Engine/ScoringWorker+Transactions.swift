import EventLog
import Logging
import Models
import Postgres

extension ScoringWorker {
    /// The transactions' effects by organisation, to be remembered once they are committed.
    private typealias Effects = [OrganizationID: OrganizationTransaction.Effect]

    /// Why a batch was not taken: what an organisation's events met with.
    private struct Failure: Error {
        let organization: OrganizationID
        /// The first of the events; of a batch of one, the one that failed.
        let event: EventIdentity
        let cause: any Error
    }

    /// Takes the next events of the log, whatever they meet with except the surroundings' faults.
    ///
    /// Where something stored of an organisation can't be read, its events become facts, and the rest waits. Where the
    /// database refuses a value, the events are taken one by one; the one of which not even the fact can be stored is set
    /// aside.
    func takeBatch(after sleeper: Sleeper?) async throws -> BatchOutcome<Work> {
        var sleeper = sleeper
        while true {
            do {
                return try await takeBatch(limit: options.batch, after: sleeper)
            } catch let failure as Failure {
                sleeper = nil
                switch failure.cause.fault {
                case .value:
                    logger.error(
                        "Batch not scored, its events are taken one by one", metadata: ["error": "\(failure.cause)"])
                    return try await takeOneByOne()
                case .stored where !isWithheld(failure.organization): withhold(failure)
                case .stored, .surroundings: throw failure.cause
                }
            }
        }
    }

    private func takeBatch(limit: Int, after sleeper: Sleeper? = nil) async throws -> BatchOutcome<Work> {
        let body = { (connection: Connection, events: [RecordedEvent]) in
            try await self.take(events, limit: limit, connection)
        }
        let outcome =
            if let sleeper {
                try await log.withBatch(limit: limit, after: sleeper, body)
            } else {
                try await log.withBatch(limit: limit, body)
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

    /// Takes events in a transaction; a sleep may lie before it.
    private func take(
        _ events: [RecordedEvent], limit: Int, _ connection: Connection
    ) async throws -> (Effects, [OrganizationID: Influx]) {
        try await lookUpWhatIsDue { try await connection.query($0.sql, $0.bindings) }
        // Copies: the transaction must not change what is remembered before it is committed.
        let remembered = memory
        let behind = due
        let influx = influx
        let options = options
        withheld = withheld.filter { $0.value > .now }
        let withheld = Set(withheld.keys)
        var rates: [OrganizationID: Influx] = [:]
        var effects: Effects = [:]
        for (organization, events) in Self.byOrganization(events) {
            let now = ContinuousClock.now
            var rate = influx[organization] ?? Influx(at: now)
            rate.add(events.count, burst: options.bulk, quiet: options.quiet, at: now)
            rates[organization] = rate
            let isBacklog = events.count >= min(limit, options.bulk)
            let transaction = self.transaction(organization, connection)
            let isDeferred = limit > 1 && (isBacklog || rate.isLoading(options.quiet, at: now))
            let memory = remembered[organization]
            do {
                effects[organization] =
                    if withheld.contains(organization) {
                        try await transaction.keep(events)
                    } else {
                        try await transaction.take(
                            events, memory: memory, isDeferred: isDeferred, isBehind: behind.contains(organization),
                            slice: options.slice)
                    }
            } catch {
                throw Failure(organization: organization, event: events[0].event.identity, cause: error)
            }
        }
        return (effects, rates)
    }

    private func takeOneByOne() async throws -> BatchOutcome<Work> {
        var total = Work()
        // Of its organisation no more than facts are asked for, to see whether these are refused, too.
        var suspect: EventIdentity?
        for _ in 0..<options.batch {
            do {
                guard case .handled(let work, _, let isFull) = try await takeBatch(limit: 1) else { break }
                total.add(work)
                if !isFull { break }
            } catch let failure as Failure {
                let fault = failure.cause.fault
                guard isWithheld(failure.organization) else {
                    if fault == .surroundings { throw failure.cause }
                    suspect = failure.event
                    withhold(failure)
                    continue
                }
                guard fault == .value else { throw failure.cause }
                guard try await park(failure) else { continue }
                total.add(Work(events: 1, parked: 1))
                // It was the event's fault, not that of what is stored.
                if suspect == failure.event { withheld[failure.organization] = nil }
            }
        }
        return .handled(total, events: total.events, isFull: true)
    }

    private func isWithheld(_ organization: OrganizationID) -> Bool { withheld[organization] != nil }

    /// From now on the organisation's events become facts and nothing else.
    private func withhold(_ failure: Failure) {
        logger.error(
            "Organisation not scored, its events become facts until it is tried again",
            metadata: ["organization": "\(failure.organization)", "error": "\(failure.cause)"])
        memory.forget(failure.organization)
        withheld[failure.organization] = .now + options.retryAfter
    }

    /// Something else comes next in the log by now.
    private struct NotNext: Error {}

    /// Sets the event that failed aside: nothing else of it is stored.
    ///
    /// - Returns: whether it was still the log's next one.
    private func park(_ failure: Failure) async throws -> Bool {
        let outcome: BatchOutcome<Void>
        do {
            outcome = try await log.withBatch(limit: 1) { connection, events in
                guard let event = events.first, event.organization == failure.organization,
                    event.event.identity == failure.event
                else { throw NotNext() }
                _ = try await connection.pipeline([
                    OrganizationState.enter(event.organization),
                    Statement(
                        """
                        INSERT INTO score.parked (organization_id, identity, source, id, error)
                        VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING
                        """,
                        [
                            .int4(event.organization.rawValue), .uuid(event.hash), .text(failure.event.source),
                            .text(failure.event.id), .text("\(failure.cause)"),
                        ]),
                ])
            }
        } catch is NotNext {
            return false
        }
        guard case .handled = outcome else { return false }
        logger.error(
            "Event parked",
            metadata: ["event": "\(failure.event.source) \(failure.event.id)", "error": "\(failure.cause)"])
        return true
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

    /// An organisation whose work fails, for another reason than the surroundings', must not stop the others: it waits.
    private func postponing(_ organization: OrganizationID, _ work: () async throws -> Step) async throws -> Step {
        do {
            return try await work()
        } catch  where error.fault != .surroundings {
            logger.error(
                "Organisation not scored, tried again later",
                metadata: ["organization": "\(organization)", "error": "\(error)"])
            memory.forget(organization)
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
                "organization": "\(organization)", "day": "\(effect.day)", "units": "\(effect.units)",
                "notices": "\(effect.notices)",
            ])
        return total
    }

    private func remember(_ effects: Effects) -> Work {
        var work = Work()
        for (organization, effect) in effects {
            if let history = effect.history {
                memory.remember(history, of: organization)
            } else {
                memory.forget(organization)
            }
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

extension ScoringWorker.Work {
    mutating func add(_ other: Self) {
        events += other.events
        units += other.units
        notices += other.notices
        parked += other.parked
    }
}
