/// Runs one connection's work on a thread of its own, so that libpq (name resolution, TLS) never holds up a thread of
/// Swift's pool, and waits there for its socket.
///
/// An executor of tasks as well, for the operations of the connection: what waits for a continuation is resumed by the
/// task's executor, and only then by the actor's. With the pool between, each answer of the server would wake two threads
/// more.
final class ConnectionExecutor: SerialExecutor, TaskExecutor {
    private let loop: SocketLoop

    /// - Returns: `nil` where the process may have no further descriptor or thread.
    init?() {
        guard let loop = SocketLoop() else { return nil }
        self.loop = loop
    }

    deinit {
        loop.stop()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        loop.submit(.job(UnownedJob(job), self))
    }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        unsafe UnownedSerialExecutor(ordinary: self)
    }

    func asUnownedTaskExecutor() -> UnownedTaskExecutor {
        unsafe UnownedTaskExecutor(ordinary: self)
    }

    /// Lets what is called on the thread, but in no task, enter the actor.
    func checkIsolated() {
        precondition(loop.isCurrent)
    }

    /// Has the socket watched.
    func watch(_ owner: SocketLoop.Owner) { loop.watch(owner) }

    /// Runs `work` on the thread soon.
    func run(_ work: @escaping @Sendable () -> Void) { loop.submit(.call(work)) }

    /// Runs `work` on the thread after a while.
    func after(_ delay: Duration, _ work: @escaping @Sendable () -> Void) { loop.submit(after: delay, work) }
}
