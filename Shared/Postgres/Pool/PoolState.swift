/// The pool's decisions, without I/O: who gets a connection, who may make one, who waits, who gives up.
///
/// Every function takes the present instant and returns what is to be done outside the lock.
struct PoolState<Resource: Sendable & Identifiable> where Resource.ID: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// What becomes of a request.
    enum Verdict: Sendable {
        case lend(Resource, idleSince: Instant)
        /// A place is reserved: connect, then report with `connected` or `connectFailed`.
        case connect
        case failed(PostgresError)
    }

    typealias Resume = @Sendable (Verdict) -> Void

    enum Action {
        case resume(Resume, Verdict)
        case dispose(Resource)
        case drained(@Sendable () -> Void)
    }

    private struct Waiter {
        let ticket: UInt64
        let deadline: Instant
        let resume: Resume
    }

    let size: ClosedRange<Int>
    private var idle: [(resource: Resource, since: Instant)] = []
    private var lent: [Resource.ID: Resource] = [:]
    private var connecting = 0
    private var waiters: [Waiter] = []
    private var backoff = Backoff(from: .milliseconds(50), to: .seconds(1))
    private var nextAttempt: Instant
    private var lastFailure: PostgresError?
    private(set) var isClosed = false
    private var onDrained: [@Sendable () -> Void] = []
    private var counters = PoolMetrics()
    private var lastTicket: UInt64 = 0

    init(size: ClosedRange<Int>, now: Instant) {
        self.size = size
        nextAttempt = now
    }

    var metrics: PoolMetrics {
        var metrics = counters
        metrics.idle = idle.count
        metrics.lent = lent.count
        metrics.connecting = connecting
        metrics.waiting = waiters.count
        metrics.limit = size.upperBound
        return metrics
    }

    /// When `tick` has something to do next.
    var nextTick: Instant? {
        guard let first = waiters.first else { return nil }
        // While an attempt is under way, or no place is free, the time of the next one brings nothing.
        let awaitsAttempt = lastFailure != nil && connecting == 0 && total < size.upperBound
        return awaitsAttempt ? min(first.deadline, nextAttempt) : first.deadline
    }

    mutating func newTicket() -> UInt64 {
        lastTicket += 1
        return lastTicket
    }

    /// Asks for a connection. Tickets order those who wait; one who has to ask again keeps the ticket.
    /// - Returns: The verdict, or `nil` when `resume` will bring it.
    mutating func request(
        _ ticket: UInt64, deadline: Instant, now: Instant, resume: @escaping Resume
    ) -> Verdict? {
        if isClosed { return .failed(Self.closed) }
        if now >= deadline {
            counters.timeouts += 1
            return .failed(timeout)
        }
        if let verdict = offer(now: now, before: waiters.first?.ticket ?? .max, ticket: ticket) { return verdict }
        let position = waiters.lastIndex { $0.ticket < ticket }.map { $0 + 1 } ?? 0
        waiters.insert(Waiter(ticket: ticket, deadline: deadline, resume: resume), at: position)
        return nil
    }

    mutating func cancel(_ ticket: UInt64) -> [Action] {
        guard let position = waiters.firstIndex(where: { $0.ticket == ticket }) else { return [] }
        return [.resume(waiters.remove(at: position).resume, .failed(.cancelled()))]
    }

    mutating func giveBack(_ resource: Resource, isUsable: Bool, now: Instant) -> [Action] {
        guard lent.removeValue(forKey: resource.id) != nil else { return [] }
        if isUsable && !isClosed {
            idle.append((resource, now))
            return advance(now)
        }
        return [.dispose(resource)] + advance(now)
    }

    /// - Returns: Also whether the server had been out of reach.
    mutating func connected(_ resource: Resource, now: Instant) -> (recovered: Bool, actions: [Action]) {
        connecting -= 1
        counters.connects += 1
        lent[resource.id] = resource
        defer { lastFailure = nil }
        let recovered = lastFailure != nil
        lastFailure = nil
        backoff.reset()
        return (recovered, advance(now))
    }

    /// - Parameter error: `nil` when the attempt was only broken off.
    /// - Returns: Also whether this is the first failure in a row.
    mutating func connectFailed(_ error: PostgresError?, now: Instant) -> (isFirst: Bool, actions: [Action]) {
        connecting -= 1
        var isFirst = false
        if let error {
            isFirst = lastFailure == nil
            counters.connectFailures += 1
            lastFailure = error
            nextAttempt = now + backoff.next()
        }
        return (isFirst, advance(now))
    }

    /// Reserves a place for a connection that nobody has asked for yet.
    mutating func reserveForMinimum(now: Instant) -> Bool {
        guard !isClosed, total < size.lowerBound, mayConnect(now) else { return false }
        connecting += 1
        return true
    }

    /// Ends waits whose time is over, and lets the next attempt be made when its time has come.
    mutating func tick(now: Instant) -> [Action] {
        var actions: [Action] = []
        while let first = waiters.first, first.deadline <= now {
            waiters.removeFirst()
            counters.timeouts += 1
            actions.append(.resume(first.resume, .failed(timeout)))
        }
        return actions + advance(now)
    }

    /// Takes out idle connections that `isSpent` and gives them up; those idle longest go first.
    ///
    /// - Parameter isSpent: Asked once for each, so it may count.
    mutating func reap(where isSpent: (Resource, Instant) -> Bool) -> [Action] {
        var spent: [Action] = []
        idle.removeAll { resource, since in
            guard isSpent(resource, since) else { return false }
            spent.append(.dispose(resource))
            return true
        }
        return spent
    }

    /// Refuses everything from here on; `whenDrained` is called when the last connection has come back.
    mutating func close(whenDrained: @escaping @Sendable () -> Void) -> [Action] {
        isClosed = true
        let refused = waiters.map { Action.resume($0.resume, .failed(Self.closed)) }
        waiters = []
        let disposed = idle.map { Action.dispose($0.resource) }
        idle = []
        onDrained.append(whenDrained)
        return refused + disposed + advance(.now)
    }

    /// Gives up waiting for the connections that are still lent.
    mutating func abandonLent() -> [Action] {
        defer { onDrained = [] }
        return lent.values.map { .dispose($0) } + onDrained.map { .drained($0) }
    }

    // MARK: The rules

    private var total: Int { idle.count + lent.count + connecting }

    /// While the server is out of reach one attempt at a time is made, and only after its delay.
    private func mayConnect(_ now: Instant) -> Bool {
        total < size.upperBound && (lastFailure == nil || (connecting == 0 && now >= nextAttempt))
    }

    private mutating func offer(now: Instant, before first: UInt64, ticket: UInt64) -> Verdict? {
        guard ticket < first else { return nil }
        if let (resource, since) = idle.popLast() {
            lent[resource.id] = resource
            counters.acquisitions += 1
            return .lend(resource, idleSince: since)
        }
        guard mayConnect(now) else { return nil }
        connecting += 1
        return .connect
    }

    private mutating func advance(_ now: Instant) -> [Action] {
        var actions: [Action] = []
        if isClosed, lent.isEmpty, connecting == 0 {
            actions += onDrained.map { .drained($0) }
            onDrained = []
        }
        while let first = waiters.first, let verdict = offer(now: now, before: .max, ticket: first.ticket) {
            waiters.removeFirst()
            actions.append(.resume(first.resume, verdict))
        }
        return actions
    }

    /// Why a wait ended without a connection. Attempts that are still under way say nothing yet about the server; but
    /// whoever waited for them did not wait for connections in use.
    private var timeout: PostgresError {
        if let lastFailure { return lastFailure }
        if connecting > 0 { return PostgresError(.connectionFailed, "no connection could be made in time") }
        return PostgresError(.poolExhausted, "no connection came free in time; all \(size.upperBound) are in use")
    }

    private static var closed: PostgresError { PostgresError(.closed, "the pool has been shut down") }
}
