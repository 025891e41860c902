import Synchronization

// Letting the server hear of this process, where it ends sessions that stay silent.
extension Connection {
    /// How long a session, or a transaction, that beats may be silent before the server ends it (decision 0048).
    package static let silence = Duration.seconds(4)

    /// ``silence`` as a setting of PostgreSQL's.
    package static let silenceSetting = "\(Int(silence / .milliseconds(1)))"

    /// Has the server end this session after ``silence``: a process that is frozen says nothing; a machine that dies, or is cut
    /// off, doesn't even acknowledge.
    package static let endsWhenSilent = Statement(
        """
        SELECT set_config('idle_session_timeout', $1, false), set_config('tcp_user_timeout', $1, false),
            set_config('tcp_keepalives_idle', '2', false), set_config('tcp_keepalives_interval', '1', false),
            set_config('tcp_keepalives_count', '2', false)
        """, [.text(silenceSetting)])

    /// Sends a short statement again and again, in the transaction that the task is in, until the task is cancelled.
    ///
    /// For a session that the server ends when it is silent (`idle_session_timeout`,
    /// `idle_in_transaction_session_timeout`): whatever this process computes it isn't silent, and one that is frozen is.
    /// Runs on the connection's own thread, so that computing on all threads of Swift's pool doesn't hold it up. A statement
    /// under way is let end: cancelling it would undo the transaction.
    ///
    /// - Throws: ``PostgresError`` where the statement fails: mostly since the session has ended.
    package nonisolated func beat(every interval: Duration = .seconds(1)) async throws(PostgresError) {
        try await onThread { connection throws(PostgresError) in
            while true {
                await Pause(on: connection.executor).wait(for: interval)
                if Task.isCancelled { return }
                try await connection.beatOnce()
            }
        }
    }

    /// Runs `body` while the server hears of this process each second, however long it computes between two statements.
    package nonisolated func beating<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        let heart = Heart(of: self)
        do {
            let value = try await body()
            await heart.stop()
            return value
        } catch {
            await heart.stop()
            throw error
        }
    }

    fileprivate func beatOnce() async throws(PostgresError) {
        _ = try await perform(cancellable: false) { () throws(PostgresError) in
            try await run([Statement("SELECT 1")], isPipeline: false)
        }
    }
}

/// Beats for the transaction that the task is in, beginning after a second: most batches are over by then, and a task for
/// each of them would delay it.
private final class Heart: Sendable {
    private enum State {
        case resting
        case beating(Task<Void, Never>)
        case stopped
    }

    private let connection: Connection
    private let scopes = TransactionScope.current
    private let state = Mutex(State.resting)

    init(of connection: Connection) {
        self.connection = connection
        connection.executor.after(.seconds(1)) { [weak self] in self?.start() }
    }

    private func start() {
        state.withLock { state in
            guard case .resting = state else { return }
            // A task without a parent, since no task is there to begin one from; `stop` waits for its end.
            state = .beating(
                TransactionScope.$current.withValue(scopes) {
                    Task(executorPreference: connection.executor) { [connection] in
                        do throws(PostgresError) {
                            try await connection.beatOnce()
                            try await connection.beat()
                        } catch {
                            // The next statement of the body fails too, and tells.
                        }
                    }
                })
        }
    }

    func stop() async {
        let beats = state.withLock { state in
            defer { state = .stopped }
            if case .beating(let task) = state { return task as Task<Void, Never>? }
            return nil
        }
        beats?.cancel()
        await beats?.value
    }
}

/// A sleep that needs no thread of Swift's pool to end.
private final class Pause: Sendable {
    private enum State {
        case waiting(CheckedContinuation<Void, Never>?)
        case over
    }

    private let executor: ConnectionExecutor
    private let state = Mutex(State.waiting(nil))

    init(on executor: ConnectionExecutor) {
        self.executor = executor
    }

    /// Returns after the duration, or when the task is cancelled.
    func wait(for duration: Duration) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if case .over = state { return true }
                    state = .waiting(continuation)
                    return false
                }
                if isOver { return continuation.resume() }
                executor.after(duration) { [weak self] in self?.end() }
            }
        } onCancel: {
            end()
        }
    }

    private func end() {
        let waiter: CheckedContinuation<Void, Never>? = state.withLock { state in
            guard case .waiting(let waiter) = state else { return nil }
            state = .over
            return waiter
        }
        waiter?.resume()
    }
}
