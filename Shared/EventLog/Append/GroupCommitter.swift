package import Models
import Postgres

/// Lets concurrent single events of one organisation share a transaction, and with it a flush to disk.
///
/// Nobody waits for company: an event that finds no transaction of its organisation under way leads one at once; those
/// that come meanwhile wait, and one of them then leads the next transaction for all. The work is done in the callers'
/// own tasks.
package actor GroupCommitter {
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
    private var queues: [OrganizationID: Queue] = [:]
    private var pendingEvents = 0
    private var pendingBytes = 0

    /// - Parameter observe: Told the size of each group that is about to be appended.
    package init(
        appender: EventAppender, limits: Limits = Limits(), observe: (@Sendable (_ events: Int) -> Void)? = nil
    ) {
        self.appender = appender
        self.limits = limits
        self.observe = observe
    }

    /// Events that wait or are under way.
    package var pending: Int { pendingEvents }

    /// Appends one event; returns when it is durable.
    ///
    /// - Returns: Whether it was new.
    /// - Throws: ``AppendError``. An event that the database refuses fails alone: the others of its group are appended
    ///   one by one.
    package func append(_ event: ValidatedEvent, organization: OrganizationID) async throws(AppendError) -> Bool {
        let entry = LogEntry(event)
        let size = entry.size
        guard pendingEvents < limits.pendingEvents, pendingBytes + size <= max(limits.pendingBytes, size) else {
            throw .overloaded
        }
        pendingEvents += 1
        pendingBytes += size
        defer {
            pendingEvents -= 1
            pendingBytes -= size
        }
        if queues[organization, default: Queue()].underWay < limits.groupsAtOnce {
            queues[organization, default: Queue()].underWay += 1
            return try await lead(entry, organization)
        }
        let turn = await withCheckedContinuation { continuation in
            queues[organization, default: Queue()].waiting.append(Waiter(entry: entry, continuation: continuation))
        }
        switch turn {
        case .finished(let result): return try result.get()
        case .lead: return try await lead(entry, organization)
        }
    }

    /// Appends this entry with as many waiting ones as fit, tells them, and hands the lead on.
    private func lead(_ own: LogEntry, _ organization: OrganizationID) async throws(AppendError) -> Bool {
        let followers = takeFollowers(of: own, organization)
        let appender = self.appender
        let group = [own] + followers.map(\.entry)
        observe?(group.count)
        // A lone task, awaited at once: whoever leads may go away, and the others' events must not fail with it.
        let results = await Task { await appender.appendGroup(group, organization: organization) }.value
        for (follower, result) in zip(followers, results.dropFirst()) {
            follower.continuation.resume(returning: .finished(result))
        }
        handOn(organization)
        return try results[0].get()
    }

    private func takeFollowers(of own: LogEntry, _ organization: OrganizationID) -> [Waiter] {
        guard var queue = queues[organization] else { return [] }
        var bytes = own.size
        var count = 0
        for waiter in queue.waiting.prefix(max(0, limits.groupEvents - 1)) {
            bytes += waiter.entry.size
            if bytes > limits.groupBytes { break }
            count += 1
        }
        let followers = Array(queue.waiting.prefix(count))
        queue.waiting.removeFirst(count)
        queues[organization] = queue
        return followers
    }

    private func handOn(_ organization: OrganizationID) {
        guard var queue = queues[organization] else { return }
        if queue.waiting.isEmpty {
            queue.underWay -= 1
            queues[organization] = queue.underWay == 0 ? nil : queue
        } else {
            let next = queue.waiting.removeFirst()
            queues[organization] = queue
            next.continuation.resume(returning: .lead)
        }
    }

    /// The events of one organisation. Bounded by `pendingEvents`.
    private struct Queue {
        var underWay = 0
        var waiting: [Waiter] = []
    }

    private struct Waiter {
        let entry: LogEntry
        let continuation: CheckedContinuation<Turn, Never>
    }

    private enum Turn: Sendable {
        case finished(Result<Bool, AppendError>)
        case lead
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
