package import Models
import Postgres
import Synchronization

/// Lets concurrent single events of one organisation share a transaction, and with it a flush to disk.
///
/// Nobody waits for company: an event that finds no transaction of its organisation under way begins one at once; those
/// that come meanwhile wait, and go into the next one together, or into one beside it when they are many.
package final class GroupCommitter: Sendable {
    /// Bounds of a ``GroupCommitter``.
    package struct Limits: Sendable {
        /// At most so many events share a transaction.
        package var groupEvents = 500
        /// A group that holds so many bytes takes no further event.
        package var groupBytes = 4 << 20
        /// Transactions of one organisation under way at once.
        package var groupsAtOnce = 2
        /// A transaction is begun beside one under way only for so many events: few at a time cost each of them more than
        /// the wait.
        package var groupBeside = 24
        /// Events that may wait or be under way, over all organisations; further ones are refused.
        package var pendingEvents = 20_000
        /// The same in bytes.
        package var pendingBytes = 128 << 20
        /// Where a transaction fails that has taken so long, those that have waited for it fail as well.
        package var patience = Duration.seconds(2)

        package init() {}
    }

    /// An event of a recipient's.
    package struct Arrival: Sendable {
        fileprivate let entry: LogEntry
        fileprivate let ticket: UInt64

        /// - Parameter ticket: The number that the recipient knows it by.
        package init(_ entry: LogEntry, ticket: UInt64) {
            self.entry = entry
            self.ticket = ticket
        }
    }

    private let appender: EventAppender
    private let limits: Limits
    private let observe: (@Sendable (_ events: Int) -> Void)?
    private let state = Mutex(GroupQueues())

    /// - Parameter observe: Told the size of each group that is about to be appended.
    package init(
        appender: EventAppender, limits: Limits = Limits(), observe: (@Sendable (_ events: Int) -> Void)? = nil
    ) {
        self.appender = appender
        self.limits = limits
        self.observe = observe
    }

    /// Events that wait or are under way, and about how many bytes they take.
    package var pending: (events: Int, bytes: Int) { state.withLock { ($0.pendingEvents, $0.pendingBytes) } }

    /// Appends one event; returns when it is durable.
    ///
    /// - Returns: Whether it was new.
    /// - Throws: ``AppendError``. An event that the database refuses fails alone: the others of its group are appended
    ///   one by one.
    package func append(_ event: ValidatedEvent, organization: OrganizationID) async throws(AppendError) -> Bool {
        try await append(LogEntry(event), organization: organization)
    }

    /// The same for an event that is ready for the log.
    package func append(_ entry: LogEntry, organization: OrganizationID) async throws(AppendError) -> Bool {
        let result = await withCheckedContinuation { continuation in
            submit([GroupQueues.Waiter(entry: entry, sender: .task(continuation))], organization)
        }
        return try result.get()
    }

    /// Appends events that are already there together, and returns at once.
    ///
    /// - Parameter recipient: Told of each when it is durable, or has failed as in ``append(_:organization:)``.
    package func append(
        _ arrivals: [Arrival], organization: OrganizationID, telling recipient: any AppendRecipient
    ) {
        submit(
            arrivals.map { GroupQueues.Waiter(entry: $0.entry, sender: .recipient(recipient, ticket: $0.ticket)) },
            organization)
    }

    private func submit(_ waiters: [GroupQueues.Waiter], _ organization: OrganizationID) {
        let (refused, begins) = state.withLock { $0.enter(waiters, organization, limits) }
        Self.tell(refused, refused.map { _ in .failure(.overloaded) })
        guard begins else { return }
        // A task without a parent, since nobody may end it: whoever sent the first event of a group may go away, and the
        // others' events must not fail with it. It ends when nobody waits, and each transaction within its time.
        Task(name: "group commit") { await commitGroups(of: organization) }
    }

    /// Appends group after group until nobody waits.
    private func commitGroups(of organization: OrganizationID) async {
        var isDone = false
        while !isDone {
            let before = state.withLock { $0.moment(of: organization) }
            do {
                isDone = try await appender.withConnection { connection in
                    try await connection.onThread { await self.commitGroups(of: organization, on: $0) }
                }
            } catch {
                guard let group = nextGroup(of: organization) else { return }
                settle(group, group.map { _ in .failure(error) }, of: organization, since: before)
            }
        }
    }

    /// The same on one connection and, for what is ours to do, on its own thread: a change of threads for every group
    /// would cost more than the group's part in it.
    ///
    /// - Returns: Whether nobody waits. If not, the connection is of no more use, or others' turn.
    private func commitGroups(of organization: OrganizationID, on connection: isolated Connection) async -> Bool {
        for _ in 0..<Self.groupsInTurn where connection.condition.isUsable {
            let before = state.withLock { $0.moment(of: organization) }
            guard let group = nextGroup(of: organization) else { return true }
            let results = await appender.appendGroup(
                group.map(\.entry), organization: organization, through: connection)
            settle(group, results, of: organization, since: before)
        }
        return false
    }

    private static let groupsInTurn = 32

    private func nextGroup(of organization: OrganizationID) -> [GroupQueues.Waiter]? {
        guard let group = state.withLock({ $0.nextGroup(of: organization, limits) }) else { return nil }
        observe?(group.count)
        return group
    }

    /// - Parameter before: When this group's time began.
    private func settle(
        _ group: [GroupQueues.Waiter], _ results: [Result<Bool, AppendError>], of organization: OrganizationID,
        since before: GroupQueues.Moment
    ) {
        // Who has waited for as long as the database had no time for this group isn't kept for another one, which would take
        // as long again.
        let fault = before.at.duration(to: .now) >= limits.patience ? results.last?.unavailability : nil
        let others = state.withLock { state in
            let others = fault == nil ? [] : state.giveUp(since: before, of: organization)
            state.dismiss(group + others)
            return others
        }
        Self.tell(group, results)
        if let fault { Self.tell(others, others.map { _ in .failure(.unavailable(fault)) }) }
    }

    private static func tell(_ waiters: [GroupQueues.Waiter], _ results: [Result<Bool, AppendError>]) {
        // Recipients are few, one for each event loop; tasks are one for each event.
        var recipients: [(recipient: any AppendRecipient, outcomes: [AppendOutcome])] = []
        for (waiter, result) in zip(waiters, results) {
            switch waiter.sender {
            case .task(let continuation): continuation.resume(returning: result)
            case .recipient(let recipient, let ticket):
                let outcome = AppendOutcome(ticket: ticket, result: result)
                if let known = recipients.firstIndex(where: { $0.recipient === recipient }) {
                    recipients[known].outcomes.append(outcome)
                } else {
                    recipients.append((recipient, [outcome]))
                }
            }
        }
        for (recipient, outcomes) in recipients { recipient.appended(outcomes) }
    }
}

extension Result<Bool, AppendError> {
    /// Why the database did not take an event now; `nil` where it did, or refused what is in it.
    fileprivate var unavailability: PostgresError? {
        switch self {
        case .failure(.unavailable(let error)), .failure(.outcomeUnknown(let error)): error
        case .success, .failure: nil
        }
    }
}
