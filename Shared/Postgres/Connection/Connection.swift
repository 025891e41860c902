package import Logging
import Synchronization

/// One connection to PostgreSQL, driven by libpq without blocking.
///
/// An actor on a thread of its own: neither a wait for the server nor libpq's own work (name
/// resolution, TLS) holds up a thread of Swift's pool. One operation runs at a time; others queue in
/// the order of asking. A cancelled task's statement is cancelled on the server, and the connection
/// is usable or closed afterwards.
package actor Connection {
    /// What the pool may know of a connection without waiting for it.
    package enum Condition: UInt8, Sendable {
        /// Open, no transaction, no operation.
        case ready
        /// An operation runs, or has left something to clear away.
        case busy
        case inTransaction
        /// As `ready`, but for the answer to a postscript, which whatever is asked waits for.
        case finishing
        /// Broken or closed, for good.
        case gone

        /// Whether a new operation can begin, at once or soon.
        package var isUsable: Bool { self == .ready || self == .finishing }
    }

    nonisolated let executor: ConnectionExecutor
    package nonisolated let id: UInt64
    /// When it was made.
    nonisolated let born = ContinuousClock.now
    nonisolated let published = Atomic<UInt8>(Condition.busy.rawValue)
    private nonisolated static let lastID = Atomic<UInt64>(0)

    let wire = Wire()
    let logger: Logger
    var cache: StatementCache
    var turnstile = Turnstile()
    /// The step of connecting that waits for the socket.
    var connecting: (forWriting: Bool, continuation: CheckedContinuation<Void, Never>)?
    /// What the running operation waits for.
    var awaited: (event: Awaited, continuation: CheckedContinuation<Void, Never>)?
    /// Something was read from the socket since COPY's rows were last asked for.
    var hasRead = false
    /// The running operation has been resumed and is about to go on.
    var isWoken = false
    var operation = RunningOperation()
    let answerTimeout: Duration?
    /// A look at the running operation's deadline is due.
    var isWatched = false
    var lastTicket: UInt64 = 0
    /// BEGIN and SAVEPOINT travel with the first statement of their transaction, in one round trip.
    var openers: [Opener] = []
    /// The scope that BEGIN opened; those inside it are savepoints.
    var outermost: Turnstile.Scope = 0
    /// What the running operation leaves to be read when it ends.
    var trail: Trail?
    /// A check whether the server answers that is under way.
    var openCheck: UInt64?
    var copy = CopyState.none
    var notifications = NotificationBuffer(limit: 1024)
    var notificationWaiter: CheckedContinuation<Void, Never>?
    /// Called when notifications arrive.
    var alarm: (@Sendable () -> Void)?

    enum Awaited { case result, flush, copyRow }

    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    private init(_ configuration: ConnectionConfiguration, logger: Logger) throws(PostgresError) {
        id = Self.lastID.add(1, ordering: .relaxed).newValue
        guard let executor = ConnectionExecutor() else {
            throw PostgresError(
                .connectionFailed, "the process has no file descriptor or no thread left for the connection")
        }
        self.executor = executor
        self.logger = logger
        answerTimeout = configuration.answerTimeout
        cache =
            switch configuration.preparedStatements {
            case .cached(let limit): StatementCache(limit: limit)
            case .off: StatementCache(limit: 0)
            }
    }

    /// Connects to the first host that answers as wanted.
    ///
    /// - Throws: ``PostgresError`` of kind `.connectionFailed`, or `.cancelled`.
    package static func connect(
        _ configuration: ConnectionConfiguration, logger: Logger
    ) async throws(PostgresError) -> Connection {
        try await connect(configuration, logger: logger, within: nil)
    }

    /// - Parameter limit: A bound for all attempts together.
    static func connect(
        _ configuration: ConnectionConfiguration, logger: Logger, within limit: Duration?
    ) async throws(PostgresError) -> Connection {
        let deadline = limit.map { ContinuousClock.now + $0 }
        var failures: [String] = []
        for attempt in try configuration.attempts() {
            let left = deadline.map { ContinuousClock.now.duration(to: $0) } ?? attempt.timeout
            guard left > .zero else { break }
            do throws(PostgresError) {
                let connection = try Connection(configuration, logger: logger)
                try await connection.open(attempt.parameters, within: min(left, attempt.timeout))
                return connection
            } catch {
                if error.kind == .cancelled { throw error }
                failures.append(error.detail)
            }
        }
        throw PostgresError(.connectionFailed, failures.isEmpty ? "timed out" : failures.joined(separator: "; "))
    }

    package nonisolated var condition: Condition {
        Condition(rawValue: published.load(ordering: .acquiring)) ?? .gone
    }

    /// The process that serves this connection; 0 when closed.
    package var backendPID: Int32 { max(0, wire.backendPID) }

    /// For example 150018 for 15.18.
    package var serverVersion: Int32 { wire.serverVersion }

    /// How many statements are kept prepared.
    var preparedCount: Int { cache.count }

    /// Closes the connection; what runs or waits on it fails. Returns once the descriptor is closed.
    package func close() async {
        guard wire.isOpen else { return }
        await withCheckedContinuation { continuation in
            shut { continuation.resume() }
        }
    }

    /// As `close`, without waiting; from anywhere.
    nonisolated func closeSoon() {
        published.store(Condition.gone.rawValue, ordering: .releasing)
        executor.run {
            self.assumeIsolated { $0.shut() }
        }
    }

    func shut(completion: (@Sendable () -> Void)? = nil) {
        wire.finish()
        completion?()
        published.store(Condition.gone.rawValue, ordering: .releasing)
        turnstile.close()
        operation.settled?.resume()
        operation.settled = nil
        wakeIfReady()
        notificationWaiter?.resume()
        notificationWaiter = nil
    }
}

extension Connection: Identifiable {}
