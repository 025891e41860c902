import Dispatch
import Glibc
import Synchronization

// A look and the wait that it leads to are two steps: to begin a wait can take a turn of the connection's thread, in which its
// socket is read. So whatever is waited for is looked at once more when the wait is noted.

// Taking turns on the connection, waiting for its socket, and cancelling what runs.
extension Connection {
    /// How long a cancelled or limited operation may still take to end before the connection is given up.
    static let patience = Duration.seconds(10)

    /// `PQcancel` blocks, without a limit where the server is frozen. So each request has a serial queue of its own, and
    /// with it a thread: a concurrent queue shares its few threads with Swift's tasks.
    private static func sendAside(_ key: CancelKey, then completion: @escaping @Sendable () -> Void) {
        DispatchQueue(label: "onus.postgres.cancel").async {
            key.cancel()
            completion()
        }
    }

    /// Runs `body` on the connection's thread, and resumes it there after each of its waits: a continuation resumes on its
    /// task's executor, and only then on the actor's, so that without this each wait would end on a thread of Swift's pool
    /// first.
    ///
    /// For what waits, not for what computes: nothing else happens on the connection meanwhile. Called from outside of the
    /// actor; code on the actor is on the thread already.
    ///
    /// - Parameter pause: Waited for first, there as well.
    /// - Throws: What `body` throws.
    package nonisolated func onThread<Value: Sendable>(
        after pause: (@Sendable () async -> Void)? = nil,
        _ body: (isolated Connection) async throws(PostgresError) -> Value
    ) async throws(PostgresError) -> Value {
        try await withTaskExecutorPreference(executor) { () async -> Result<Value, PostgresError> in
            await pause?()
            do throws(PostgresError) { return .success(try await body(self)) } catch { return .failure(error) }
        }.get()
    }

    /// Runs `body` where the connection's operations run, so that none of them in it ends with a change of threads.
    ///
    /// For what asks and waits: while it computes the connection is deaf, and doesn't beat. Child tasks and actors that are
    /// called run there as well, unless they prefer another executor.
    package nonisolated func keepingThread<Value: Sendable>(
        _ body: () async throws -> Value
    ) async throws -> Value {
        try await withTaskExecutorPreference(executor) { try await body() }
    }

    /// Runs `body` as the only operation on the connection, after those that came before.
    ///
    /// - Parameters:
    ///   - scope: The transaction that the operation belongs to; by default the task's own.
    ///   - cancellable: Whether cancelling the task ends it; false for what must be finished, such as ROLLBACK.
    ///   - limit: After that long the connection is given up.
    func perform<Value: Sendable>(
        in scope: Turnstile.Scope? = nil, cancellable: Bool = true, limit: Duration? = nil,
        _ body: () async throws(PostgresError) -> Value
    ) async throws(PostgresError) -> Value {
        let number = try await enter(scope ?? TransactionScope.scope(on: id), cancellable: cancellable)
        if let limit { expire(number, after: limit) }
        if let answerTimeout { watch(for: answerTimeout) }
        let outcome: Result<Value, PostgresError>
        if cancellable {
            outcome = await withTaskCancellationHandler {
                await result(of: body)
            } onCancel: {
                cancel(operation: number)
            }
        } else {
            outcome = await result(of: body)
        }
        let wasCancelled = operation.isCancelled
        if let trail {
            self.trail = nil
            leave(behind: trail)
        } else {
            await leave()
        }
        return try outcome.mapError { $0.asCancelled(wasCancelled) }.get()
    }

    private func result<Value>(of body: () async throws(PostgresError) -> Value) async -> Result<Value, PostgresError> {
        do throws(PostgresError) {
            guard !wire.isBroken else { throw lost() }
            try await clearAwayCopy()
            return .success(try await body())
        } catch {
            return .failure(error)
        }
    }

    /// Waits for the turn. After it, `leave` must be called.
    /// - Returns: The operation's number.
    func enter(_ scope: Turnstile.Scope, cancellable: Bool) async throws(PostgresError) -> UInt64 {
        if cancellable && Task.isCancelled { throw .cancelled() }
        guard wire.isOpen else { throw .closed() }
        if copy.isInUse, turnstile.innermost == scope {
            throw PostgresError(.protocol, "a COPY runs on this connection; its rows must be read to their end first")
        }
        guard turnstile.isOpen(scope) else { throw Self.scopeEnded }
        if !turnstile.tryEnter(scope) {
            lastTicket += 1
            let ticket = lastTicket
            let verdict = await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    turnstile.enter(ticket, scope: scope, continuation)
                    if cancellable && Task.isCancelled { turnstile.cancel(ticket) }
                }
            } onCancel: {
                guard cancellable else { return }
                executor.run { self.assumeIsolated { $0.turnstile.cancel(ticket) } }
            }
            switch verdict {
            case .granted: break
            case .cancelled: throw .cancelled()
            case .closed: throw lost()
            case .scopeEnded: throw Self.scopeEnded
            }
        }
        published.store(Condition.busy.rawValue, ordering: .releasing)
        return operation.begin()
    }

    private static var scopeEnded: PostgresError {
        PostgresError(.protocol, "the transaction that this statement belongs to has ended")
    }

    /// Ends the operation and gives the turn to the next.
    func leave() async {
        wire.noteStatus()
        if operation.cancelInFlight && !wire.isBroken {
            await withCheckedContinuation { continuation in
                if operation.cancelInFlight && !wire.isBroken {
                    operation.settled = continuation
                } else {
                    continuation.resume()
                }
            }
        }
        operation.isRunning = false
        collectNotifications()
        if wire.isBroken { shut() } else { turnstile.leave() }
        publishCondition()
    }

    func publishCondition() {
        let condition: Condition =
            if wire.isBroken || !wire.isOpen {
                .gone
            } else if turnstile.isBusy || copy.isUnfinished {
                .busy
            } else {
                wire.transactionStatus == .idle && openers.isEmpty ? .ready : .inTransaction
            }
        published.store(condition.rawValue, ordering: .releasing)
    }

    // MARK: The socket

    /// What the loop is to wait for.
    var interest: SocketLoop.Interest? {
        if let connecting {
            return SocketLoop.Interest(descriptor: wire.socket, events: Int16(connecting.forWriting ? POLLOUT : POLLIN))
        }
        // What is resumed reads on when it has taken what is there.
        return isWoken ? nil : wire.interest
    }

    func socketIsReady(_ events: Int16) {
        if connecting != nil { return stopConnecting() }
        if Int32(events) & POLLOUT != 0 { wire.flush() }
        if Int32(events) & ~POLLOUT != 0 { read() }
        wakeIfReady()
        if wire.isBroken && !turnstile.isBusy { shut() }
    }

    private func read() {
        // What has arrived is taken first: reading on could meet the connection's end, at which libpq
        // forgets the commands of a pipeline and with them the server's last words.
        guard !isWoken else { return }
        if case .sending(let number) = copy, wire.peeksError() { copy = .refused(number) }
        wire.consumeInput()
        hasRead = true
        collectNotifications()
    }

    /// Resumes the running operation when what it waits for is there, or never will be.
    func wakeIfReady() {
        guard let (event, continuation) = awaited else { return }
        let isReady =
            switch event {
            case .result: !wire.isBusy
            case .flush: !wire.hasUnsentBytes
            case .copyRow: true
            }
        guard isReady || wire.isBroken else { return }
        if case .copyRow = event { wire.pauseReading() }
        awaited = nil
        isWoken = true
        continuation.resume()
    }

    func wait(for event: Awaited) async {
        guard !wire.isBroken else { return }
        await withCheckedContinuation {
            awaited = (event, $0)
            // What has been read since the caller looked is told to nobody else.
            if case .copyRow = event, !hasRead, !wire.isBroken { return }
            wakeIfReady()
        }
        isWoken = false
    }

    /// The next result of what was sent; `nil` at the end of one statement's results.
    func takeResult() async throws(PostgresError) -> PGResult? {
        while wire.isBusy {
            guard !wire.isBroken else { throw lost() }
            await wait(for: .result)
        }
        guard wire.isOpen else { throw lost() }
        return wire.nextResult()
    }

    /// The error of a connection that has gone.
    func lost() -> PostgresError {
        if operation.isExpired {
            return PostgresError(.connectionLost, "the server did not answer in time; the connection was given up")
        }
        return wire.isOpen ? PostgresError(.connectionLost, wire.errorMessage) : .closed()
    }

    // MARK: Cancelling

    /// Asks the server to cancel that operation, if it still runs; from anywhere.
    nonisolated func cancel(operation number: UInt64) {
        executor.run {
            self.assumeIsolated {
                guard $0.operation.isRunning, $0.operation.number == number, !$0.operation.isCancelled else { return }
                $0.operation.isCancelled = true
                $0.expire(number, after: Self.patience)
                $0.sendCancel(number)
            }
        }
    }

    /// A request can overtake the statement that it is meant for and then hits nothing: so it is
    /// repeated until the operation ends.
    private func sendCancel(_ number: UInt64) {
        guard operation.isRunning, operation.number == number, !operation.cancelInFlight, let key = wire.cancelKey
        else { return }
        operation.cancelInFlight = true
        Self.sendAside(key) {
            self.executor.run { self.assumeIsolated { $0.cancelHasArrived(number) } }
        }
    }

    private func cancelHasArrived(_ number: UInt64) {
        guard operation.number == number else { return }
        operation.cancelInFlight = false
        operation.settled?.resume()
        operation.settled = nil
        executor.after(.milliseconds(200)) { [weak self] in self?.assumeIsolated { $0.sendCancel(number) } }
    }

    /// Asks the server to stop what it does, and waits until the request has arrived.
    func stopServer() async {
        guard let key = wire.cancelKey else { return }
        await withCheckedContinuation { continuation in
            Self.sendAside(key) { continuation.resume() }
        }
    }

    /// Gives the connection up if that operation still runs after `limit`.
    func expire(_ number: UInt64, after limit: Duration) {
        executor.after(limit) { [weak self] in
            self?.assumeIsolated {
                guard $0.operation.isRunning, $0.operation.number == number else { return }
                $0.giveUp()
            }
        }
    }

    /// Gives the connection up if the running operation has no answer in time. One timer a connection looks at
    /// whatever runs when it fires: one for each operation would cost every statement something.
    private func watch(for limit: Duration) {
        operation.deadline = .now + limit
        if !isWatched { look(after: limit) }
    }

    private func look(after delay: Duration) {
        isWatched = true
        executor.after(delay) { [weak self] in
            self?.assumeIsolated {
                $0.isWatched = false
                guard $0.operation.isRunning, let deadline = $0.operation.deadline else { return }
                let left = ContinuousClock.now.duration(to: deadline)
                if left > .zero { $0.look(after: left) } else { $0.giveUp() }
            }
        }
    }

    private func giveUp() {
        operation.isExpired = true
        wire.fail()
        wakeIfReady()
        operation.settled?.resume()
        operation.settled = nil
    }
}
