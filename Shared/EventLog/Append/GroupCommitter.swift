package import Models
import Postgres
import Synchronization

/// Lets concurrent single events of one organisation share a transaction, and with it a flush to disk.
///
/// Nobody waits for company: an event that finds no transaction of its organisation under way leads one at once; those
/// that come meanwhile wait, and one of them then leads the next transaction for all. The work is done in the callers'
/// own tasks.
package final class GroupCommitter: Sendable {
    /// Bounds of a ``GroupCommitter``.
    package struct Limits: Sendable {
        /// At most so many events share a transaction.
        package var groupEvents = 500
        /// A group that holds so many bytes takes no further event.
        package var groupBytes = 4 << 20
        /// Transactions of one organisation under way at once.
        package var groupsAtOnce = 2
        /// Events that may wait or be under way, over all organisations; further ones are refused.
        package var pendingEvents = 20_000
        /// The same in bytes.
        package var pendingBytes = 128 << 20

        package init() {}
    }

    private let appender: EventAppender
    private let limits: Limits
    private let observe: (@Sendable (_ events: Int) -> Void)?
    private let state = Mutex(State())

    /// - Parameter observe: Told the size of each group that is about to be appended.
    package init(
        appender: EventAppender, limits: Limits = Limits(), observe: (@Sendable (_ events: Int) -> Void)? = nil
    ) {
        self.appender = appender
        self.limits = limits
        self.observe = observe
    }

    /// Events that wait or are under way.
    package var pending: Int { state.withLock { $0.pendingEvents } }

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
        let size = entry.size
        guard state.withLock({ $0.admit(size, limits) }) else { throw .overloaded }
        defer { state.withLock { $0.dismiss(size) } }
        let turn: Turn = await withCheckedContinuation { continuation in
            let leads = state.withLock {
                $0.leads(Waiter(entry: entry, continuation: continuation), organization, limits)
            }
            if leads { continuation.resume(returning: .lead) }
        }
        switch turn {
        case .finished(let result): return try result.get()
        case .lead: return try await lead(entry, organization)
        }
    }

    /// Appends this entry with as many waiting ones as fit, tells them, and hands the lead on.
    private func lead(_ own: LogEntry, _ organization: OrganizationID) async throws(AppendError) -> Bool {
        let followers = state.withLock { $0.takeFollowers(of: own, organization, limits) }
        let appender = self.appender
        let group = [own] + followers.map(\.entry)
        observe?(group.count)
        // A lone task, awaited at once: whoever leads may go away, and the others' events must not fail with it.
        let results = await Task { await appender.appendGroup(group, organization: organization) }.value
        // First the lead: the next group is on its way to the database while this one's senders are told.
        state.withLock { $0.handOn(organization) }?.continuation.resume(returning: .lead)
        for (follower, result) in zip(followers, results.dropFirst()) {
            follower.continuation.resume(returning: .finished(result))
        }
        return try results[0].get()
    }

    fileprivate struct Waiter {
        let entry: LogEntry
        let continuation: CheckedContinuation<Turn, Never>
    }

    fileprivate enum Turn: Sendable {
        case finished(Result<Bool, AppendError>)
        case lead
    }
}

extension GroupCommitter {
    /// Who waits for whom. Nothing in it waits, so a lock guards it.
    fileprivate struct State {
        private var queues: [OrganizationID: Queue] = [:]
        private(set) var pendingEvents = 0
        private var pendingBytes = 0

        /// The events of one organisation. Bounded by `pendingEvents`.
        private struct Queue {
            var underWay = 0
            var waiting: [Waiter] = []
        }

        mutating func admit(_ size: Int, _ limits: Limits) -> Bool {
            guard pendingEvents < limits.pendingEvents, pendingBytes + size <= max(limits.pendingBytes, size) else {
                return false
            }
            pendingEvents += 1
            pendingBytes += size
            return true
        }

        mutating func dismiss(_ size: Int) {
            pendingEvents -= 1
            pendingBytes -= size
        }

        /// Whether this one leads a group at once; otherwise it waits now.
        mutating func leads(_ waiter: Waiter, _ organization: OrganizationID, _ limits: Limits) -> Bool {
            guard queues[organization, default: Queue()].underWay >= limits.groupsAtOnce else {
                queues[organization, default: Queue()].underWay += 1
                return true
            }
            queues[organization]?.waiting.append(waiter)
            return false
        }

        mutating func takeFollowers(of own: LogEntry, _ organization: OrganizationID, _ limits: Limits) -> [Waiter] {
            var bytes = own.size
            var count = 0
            // Looked at and cut where it stands: a copy of the queue would be a copy of all that waits.
            for waiter in queues[organization]?.waiting.prefix(max(0, limits.groupEvents - 1)) ?? [] {
                bytes += waiter.entry.size
                if bytes > limits.groupBytes { break }
                count += 1
            }
            guard count > 0, let followers = (queues[organization]?.waiting.prefix(count)).map(Array.init) else {
                return []
            }
            queues[organization]?.waiting.removeFirst(count)
            return followers
        }

        /// - Returns: Who leads the next group; `nil` where nobody waits.
        mutating func handOn(_ organization: OrganizationID) -> Waiter? {
            guard queues[organization]?.waiting.isEmpty == false else {
                queues[organization]?.underWay -= 1
                if queues[organization]?.underWay == 0 { queues[organization] = nil }
                return nil
            }
            return queues[organization]?.waiting.removeFirst()
        }
    }
}

extension EventAppender {
    /// Appends a group, or, where the database refuses something in it, each of its events by itself.
    ///
    /// - Returns: One result for each entry.
    package func appendGroup(_ entries: [LogEntry], organization: OrganizationID) async -> [Result<Bool, AppendError>] {
        do {
            return try await append(entries, organization: organization).isNew.map { .success($0) }
        } catch {
            guard case .refused = error, entries.count > 1 else {
                return entries.map { _ in .failure(error) }
            }
        }
        var results: [Result<Bool, AppendError>] = []
        for entry in entries {
            do {
                results.append(.success(try await append([entry], organization: organization).isNew[0]))
            } catch {
                results.append(.failure(error))
            }
        }
        return results
    }
}
