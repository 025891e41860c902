import CoreMetrics
import EventLog
import HTTPTypes
import Logging
import Models
import Postgres
import Schema
import ServiceKit

/// Where judged events go: the log, the learner's wall, the quarantine. Everything is durable when a call returns.
///
/// Every failure is thrown as the problem that the caller is to be told: 503 when the database can't take events or
/// it is not known whether it did.
struct EventStore: Sendable {
    private let pool: PostgresPool
    private let appender: EventAppender
    private let committer: GroupCommitter
    private let quarantine: Quarantine
    private let metrics: IngestionMetrics
    private let logger: Logger
    private let gate: BacklogGate

    init(
        pool: PostgresPool, wakeUp: WakeUp, tiers: IdentityTiers, gate: BacklogGate, limits: GroupCommitter.Limits,
        metrics: IngestionMetrics,
        logger: Logger
    ) {
        self.gate = gate
        self.pool = pool
        self.metrics = metrics
        self.logger = logger
        appender = EventAppender(pool: pool, wakeUp: wakeUp, tiers: tiers)
        committer = GroupCommitter(appender: appender, limits: limits) { metrics.groupSize.record($0) }
        quarantine = Quarantine(pool: pool)
    }

    /// Appends one event, in a transaction that it shares with others that come at the same time.
    ///
    /// - Returns: Whether it was new.
    func append(_ entry: LogEntry, from sender: Sender) async throws -> Bool {
        return try await timed { () throws(AppendError) in
            try await committer.append(entry, organization: sender.organization)
        }
    }

    /// Hands single events in as ``append(_:from:)`` does, and returns at once.
    ///
    /// - Parameter recipient: Told what became of each.
    func append(
        _ arrivals: [GroupCommitter.Arrival], of organization: OrganizationID, telling recipient: any AppendRecipient
    ) {
        committer.append(arrivals, organization: organization, telling: recipient)
    }

    /// Appends many events in one transaction; where the database refuses something in it, each by itself.
    ///
    /// - Parameter expectsNew: Whether there is reason to think that none of them is known; it costs less then.
    func append(_ entries: [LogEntry], from sender: Sender, expectsNew: Bool) async throws -> [StoredEvent] {
        // A stream that began when the gate was open may be long.
        try gate.pass()
        metrics.groupSize.record(entries.count)
        return try await timed { () throws(AppendError) in
            do throws(AppendError) {
                let receipt = try await appender.append(
                    entries, organization: sender.organization, expectsNew: expectsNew)
                return receipt.isNew.map { $0 ? .new : .duplicate }
            } catch .refused {
                // Which one it is shows when they are stored one by one.
            }
            var stored: [StoredEvent] = []
            stored.reserveCapacity(entries.count)
            for result in await appender.appendGroup(entries, organization: sender.organization) {
                switch result {
                case .success(let isNew): stored.append(isNew ? .new : .duplicate)
                case .failure(.refused(let cause)): stored.append(refused(cause))
                case .failure(let error): throw error
                }
            }
            return stored
        }
    }

    /// Appends events that name states, as ``append(_:from:expectsNew:)`` does.
    ///
    /// - Parameters:
    ///   - hook: The name of the hook that has seen them, in this order.
    ///   - received: As in ``StateAppend/append(_:received:)``.
    func append(
        _ states: [StateEntry], of hook: String, from sender: Sender, received: Instant?
    ) async throws -> [StoredEvent] {
        try gate.pass()
        return try await timed { () throws(AppendError) in
            do throws(AppendError) {
                return try await appender.append(
                    states, of: hook, organization: sender.organization, received: received
                )
                .map { $0 ? .new : .duplicate }
            } catch .refused where states.count > 1 {
                // Which one it is shows when they are stored one by one.
            } catch .refused(let cause) {
                return [refused(cause)]
            }
            var stored: [StoredEvent] = []
            for state in states {
                do throws(AppendError) {
                    let isNew = try await appender.append(
                        [state], of: hook, organization: sender.organization, received: received)
                    stored.append(isNew == [true] ? .new : .duplicate)
                } catch .refused(let cause) {
                    stored.append(refused(cause))
                }
            }
            return stored
        }
    }

    /// No event that the catalogue accepts should be.
    private func refused(_ cause: PostgresError) -> StoredEvent {
        logger.error("Event refused by the database", metadata: ["error": "\(cause)"])
        return .refused
    }

    /// Single events that wait to be durable, and their memory.
    var pending: (events: Int, bytes: Int) { committer.pending }

    func quarantine(_ events: [RejectedEvent], from sender: Sender) async throws {
        try await quarantine.insert(events, organization: sender.organization, token: sender.id)
    }

    /// How many of these would be duplicates: known to the organisation, or of equal identity among themselves.
    func known(among entries: [LogEntry], of sender: Sender) async throws -> Int {
        let identities = Set(entries.map(\.hash))
        guard !identities.isEmpty else { return 0 }
        let known = try await KnownIdentities(pool: pool).count(among: identities, organization: sender.organization)
        return entries.count - identities.count + known
    }

    private func timed<Result>(_ append: () async throws(AppendError) -> Result) async throws -> Result {
        let start = ContinuousClock.now
        do {
            let result = try await append()
            metrics.commit.recordNanoseconds(Int64((ContinuousClock.now - start) / .nanoseconds(1)))
            return result
        } catch {
            throw Self.problem(of: error)
        }
    }

    /// What the sender of an event that was not stored is to be told.
    static func problem(of error: AppendError) -> any Error {
        switch error {
        case .unavailable(let error) where error.kind == .poolExhausted: ProblemDetails.databaseBusy
        case .unavailable(let error) where error.isUnavailability: ProblemDetails.databaseUnavailable
        case .unavailable(let error), .refused(let error): error
        case .outcomeUnknown:
            ProblemDetails(
                .serviceUnavailable,
                detail: "The database was lost while it stored. Send the request again: what was stored counts once.",
                headers: [.retryAfter: "1"])
        case .overloaded:
            Admission.full
        }
    }
}
