import Dispatch
package import Logging
import ServiceLifecycle
import Synchronization

/// A bounded set of connections, lent one at a time to whoever asks first.
///
/// It makes connections as they are asked for, whether or not `run()` is running. `run()` keeps the
/// minimum, retires idle and old connections, and at graceful shutdown, as the first service of its
/// group and so the last to stop, waits for what is lent and closes everything.
package final class PostgresPool: Service, Sendable {
    package let configuration: ConnectionConfiguration
    private let acquireTimeout: Duration
    private let idleTimeout: Duration
    private let maxLifetime: Duration
    private let logger: Logger
    private let state: Mutex<PoolState<Connection>>
    /// The earliest tick that is scheduled.
    private let scheduled = Mutex<ContinuousClock.Instant?>(nil)
    private let timer = DispatchQueue(label: "onus.postgres.pool")

    /// An idle connection is asked whether it still answers when it has been idle for so long.
    private static let idleBeforeCheck = Duration.seconds(15)
    /// How long shutdown waits for connections that are lent.
    private static let drainTimeout = Duration.seconds(5)

    /// - Parameters:
    ///   - size: The connections kept while `run()` runs, and the most there may be; `1...` at the top.
    ///   - acquireTimeout: How long a request waits: then it fails with `.connectionFailed` while the
    ///     server is out of reach or slow to let in, and with `.poolExhausted` while all connections are in use.
    ///   - idleTimeout: Connections idle for longer are closed, down to the minimum.
    ///   - maxLifetime: Connections older than this are closed when they come back.
    package init(
        configuration: ConnectionConfiguration, size: ClosedRange<Int> = 0...10,
        acquireTimeout: Duration = .seconds(5), idleTimeout: Duration = .seconds(300),
        maxLifetime: Duration = .seconds(3600), logger: Logger
    ) {
        precondition(size.lowerBound >= 0 && size.upperBound >= 1, "a pool needs room for a connection")
        self.configuration = configuration
        self.acquireTimeout = acquireTimeout
        self.idleTimeout = idleTimeout
        self.maxLifetime = maxLifetime
        self.logger = logger
        state = Mutex(PoolState(size: size, now: .now))
    }

    package var metrics: PoolMetrics { state.withLock { $0.metrics } }

    // MARK: Using it

    /// Lends a connection to `body` alone. It must not be used after `body` has returned.
    ///
    /// - Throws: What `body` throws, or ``PostgresError``: `.connectionFailed`, `.poolExhausted`,
    ///   `.cancelled` or `.closed`.
    @discardableResult
    package func withConnection<Value>(_ body: (Connection) async throws -> Value) async throws -> Value {
        let connection = try await acquire()
        defer { release(connection) }
        return try await body(connection)
    }

    /// Runs `body` in a transaction; see ``Connection/transaction(isolation:readOnly:_:)``.
    @discardableResult
    package func withTransaction<Value>(
        isolation: IsolationLevel? = nil, readOnly: Bool = false, _ body: (Connection) async throws -> Value
    ) async throws -> Value {
        let connection = try await acquire()
        defer { release(connection) }
        return try await connection.transaction(isolation: isolation, readOnly: readOnly, body)
    }

    /// Runs one statement on any connection.
    package func query(_ sql: String, _ bindings: [Binding] = []) async throws(PostgresError) -> ResultSet {
        let connection = try await acquire()
        defer { release(connection) }
        return try await connection.query(sql, bindings)
    }

    /// Runs one statement on any connection.
    /// - Returns: The rows that it inserted, updated, deleted or selected.
    @discardableResult
    package func execute(_ sql: String, _ bindings: [Binding] = []) async throws(PostgresError) -> Int {
        try await query(sql, bindings).affectedRows
    }

    /// Runs the statements in one round trip; see ``Connection/pipeline(_:)``.
    package func pipeline(_ statements: [Statement]) async throws(PostgresError) -> [ResultSet] {
        let connection = try await acquire()
        defer { release(connection) }
        return try await connection.pipeline(statements)
    }

    /// As ``pipeline(_:)``, with a statement behind that nobody waits for; see ``Connection/pipeline(_:postscript:)``.
    package func pipeline(
        _ statements: [Statement], postscript: Postscript?
    ) async throws(PostgresError) -> [ResultSet] {
        let connection = try await acquire()
        defer { release(connection) }
        return try await connection.pipeline(statements, postscript: postscript)
    }

    // MARK: Running it

    /// Looks after idle connections until shutdown, then closes them all.
    package func run() async throws {
        await cancelWhenGracefulShutdown { await self.maintain() }
        await close()
    }

    /// Refuses new requests, waits a few seconds for the connections that are lent, and closes them all.
    package func close() async {
        await withCheckedContinuation { continuation in
            perform(state.withLock { $0.close { continuation.resume() } })
            timer.asyncAfter(deadline: .now() + Self.drainTimeout.dispatchInterval) { [weak self] in
                guard let self else { return }
                perform(state.withLock { $0.abandonLent() })
            }
        }
    }

    private func maintain() async {
        let interval = max(.milliseconds(100), min(.seconds(30), idleTimeout / 4))
        while !Task.isCancelled {
            let now = ContinuousClock.now
            let actions = state.withLock { state in
                var spare = max(0, state.metrics.idle + state.metrics.lent - state.size.lowerBound)
                return state.reap { connection, since in
                    if connection.condition == .gone || connection.born + maxLifetime <= now { return true }
                    guard since + idleTimeout <= now, spare > 0 else { return false }
                    spare -= 1
                    return true
                }
            }
            perform(actions)
            while !Task.isCancelled, state.withLock({ $0.reserveForMinimum(now: .now) }) {
                // The failure has been noted; the next round tries again.
                guard let connection = try? await connect(within: configuration.connectTimeout) else { break }
                release(connection)
            }
            // The sleep ends early only by cancellation, which the loop sees.
            try? await Task.sleep(for: interval)
        }
    }

    // MARK: Lending

    private func acquire() async throws(PostgresError) -> Connection {
        let deadline = ContinuousClock.now + acquireTimeout
        let ticket = state.withLock { $0.newTicket() }
        while true {
            if Task.isCancelled { throw .cancelled() }
            switch await request(ticket, deadline: deadline) {
            case .lend(let connection, let since):
                if await isHealthy(connection, idleSince: since) { return connection }
                connection.closeSoon()
                release(connection)
            case .connect:
                do throws(PostgresError) {
                    return try await connect(within: ContinuousClock.now.duration(to: deadline))
                } catch {
                    if error.kind == .cancelled { throw error }
                }
            case .failed(let error): throw error
            }
        }
    }

    private func release(_ connection: Connection) {
        let isUsable = connection.condition.isUsable && connection.born + maxLifetime > .now
        perform(state.withLock { $0.giveBack(connection, isUsable: isUsable, now: .now) })
        // Its place is free now, and somebody may wait for the time of an attempt.
        if !isUsable { schedule() }
    }

    private func isHealthy(_ connection: Connection, idleSince since: ContinuousClock.Instant) async -> Bool {
        guard connection.condition.isUsable else { return false }
        return since + Self.idleBeforeCheck > .now ? true : await connection.answers(within: .seconds(2))
    }

    private func request(
        _ ticket: UInt64, deadline: ContinuousClock.Instant
    ) async -> PoolState<Connection>.Verdict {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let verdict = state.withLock {
                    $0.request(ticket, deadline: deadline, now: .now) { continuation.resume(returning: $0) }
                }
                if let verdict {
                    continuation.resume(returning: verdict)
                } else {
                    schedule()
                    if Task.isCancelled { perform(state.withLock { $0.cancel(ticket) }) }
                }
            }
        } onCancel: {
            perform(state.withLock { $0.cancel(ticket) })
        }
    }

    private func connect(within limit: Duration) async throws(PostgresError) -> Connection {
        do throws(PostgresError) {
            let connection = try await Connection.connect(configuration, logger: logger, within: limit)
            let (recovered, actions) = state.withLock { $0.connected(connection, now: .now) }
            perform(actions)
            if recovered { logger.notice("PostgreSQL can be reached again") }
            return connection
        } catch {
            let failure = error.kind == .cancelled ? nil : error
            let (isFirst, actions) = state.withLock { $0.connectFailed(failure, now: .now) }
            perform(actions)
            schedule()
            if isFirst { logger.warning("PostgreSQL can't be reached", metadata: ["error": "\(error)"]) }
            throw error
        }
    }

    private func perform(_ actions: [PoolState<Connection>.Action]) {
        for action in actions {
            switch action {
            case .resume(let resume, let verdict): resume(verdict)
            case .dispose(let connection): connection.closeSoon()
            case .drained(let drained): drained()
            }
        }
    }

    /// Sees to it that `tick` runs when the state next needs it.
    private func schedule() {
        guard let instant = state.withLock({ $0.nextTick }) else { return }
        let isEarlier = scheduled.withLock { scheduled in
            if let scheduled, scheduled <= instant { return false }
            scheduled = instant
            return true
        }
        guard isEarlier else { return }
        let delay = max(.zero, ContinuousClock.now.duration(to: instant))
        timer.asyncAfter(deadline: .now() + delay.dispatchInterval) { [weak self] in
            guard let self else { return }
            scheduled.withLock { $0 = $0 == instant ? nil : $0 }
            perform(state.withLock { $0.tick(now: .now) })
            schedule()
        }
    }
}
