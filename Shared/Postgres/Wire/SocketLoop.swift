import CLibPQ
import Glibc
import Synchronization

/// A thread that waits for one socket and does the work that it is given, in order.
///
/// Dispatch hears of a socket on one thread and handles it on another, so each answer of a server wakes two threads. Here
/// the one that hears is the one that works.
final class SocketLoop: Sendable {
    /// What to wait for.
    struct Interest {
        let descriptor: Int32
        /// `POLLIN`, `POLLOUT`, or both.
        let events: Int16
    }

    /// Whose socket it is. Both are called on the loop's thread.
    struct Owner: Sendable {
        /// Asked before each wait, so that no descriptor is waited for that libpq has closed meanwhile.
        let interest: @Sendable () -> Interest?
        /// Told of `revents`.
        let isReady: @Sendable (_ events: Int16) -> Void
    }

    enum Work: Sendable {
        case job(UnownedJob, ConnectionExecutor)
        case call(@Sendable () -> Void)
    }

    private struct Timer {
        let deadline: ContinuousClock.Instant
        let call: @Sendable () -> Void
    }

    private struct State {
        var work: [Work] = []
        /// The earliest first.
        private var timers: [Timer] = []
        var owner: Owner?
        /// Nobody has rung since the thread began to wait, or was about to.
        var isWaiting = false
        var isStopped = false

        /// Moves what is due to `work`.
        mutating func takeWork(into due: inout [Work]) {
            swap(&work, &due)
            guard !timers.isEmpty else { return }
            let now = ContinuousClock.now
            let over = timers.prefix { $0.deadline <= now }
            due += over.map { .call($0.call) }
            timers.removeFirst(over.count)
        }

        /// Most come in the order of their deadlines.
        ///
        /// - Returns: Whether it is the earliest.
        mutating func add(_ timer: Timer) -> Bool {
            let position = timers.lastIndex { $0.deadline <= timer.deadline }.map { $0 + 1 } ?? 0
            timers.insert(timer, at: position)
            return position == 0
        }

        /// Milliseconds until the next timer is due; −1 where there is none.
        var patience: Int32 {
            guard let deadline = timers.first?.deadline else { return -1 }
            let left = (ContinuousClock.now.duration(to: deadline) / .milliseconds(1)).rounded(.up)
            return Int32(min(max(0, left), Double(Int32.max)))
        }
    }

    /// Work is done so many times in a row before the socket is looked at again.
    private static let rounds = 32

    private let state = Mutex(State())
    /// An eventfd that ends a wait.
    private let bell: Int32
    private let thread = Atomic<UInt>(0)

    /// Starts the thread, which ends after ``stop()``.
    ///
    /// - Returns: `nil` where the process may have no further descriptor or thread.
    init?() {
        bell = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        guard bell >= 0, start() else { return nil }
    }

    deinit {
        if bell >= 0 { close(bell) }
    }

    /// Whether the caller runs on the loop's thread.
    var isCurrent: Bool { thread.load(ordering: .acquiring) == UInt(pthread_self()) }

    func watch(_ owner: Owner) { state.withLock { $0.owner = owner } }

    func submit(_ work: Work) {
        ring {
            $0.work.append(work)
            return true
        }
    }

    func submit(after delay: Duration, _ call: @escaping @Sendable () -> Void) {
        let deadline = ContinuousClock.now + delay
        ring { $0.add(Timer(deadline: deadline, call: call)) }
    }

    /// Has the thread end once it has done what it was given; timers are forgotten.
    func stop() {
        ring {
            $0.isStopped = true
            return true
        }
    }

    /// - Parameter change: Returns whether a wait has to end for it.
    private func ring(_ change: (inout State) -> Bool) {
        let isNeeded = state.withLock { state in
            guard change(&state), state.isWaiting else { return false }
            state.isWaiting = false
            return true
        }
        // It fails only where the bell has been rung already.
        if isNeeded { _ = eventfd_write(bell, 1) }
    }

    private func start() -> Bool {
        var attributes = pthread_attr_t()
        guard unsafe pthread_attr_init(&attributes) == 0 else { return false }
        defer { unsafe pthread_attr_destroy(&attributes) }
        unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        // A new thread has the mask of the one that makes it. Signals are for the threads that wait for them.
        var mask = Self.signals
        var usual = sigset_t()
        unsafe pthread_sigmask(SIG_BLOCK, &mask, &usual)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &usual, nil) }
        let retained = unsafe Unmanaged.passRetained(self)
        var created = pthread_t()
        let status = unsafe pthread_create(
            &created, &attributes,
            { argument in
                guard let argument = unsafe argument else { return nil }
                unsafe Unmanaged<SocketLoop>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, retained.toOpaque())
        if status != 0 { unsafe retained.release() }
        return status == 0
    }

    private func run() {
        thread.store(UInt(pthread_self()), ordering: .releasing)
        var due: [Work] = []
        var round = 0
        while true {
            let isStopped = state.withLock { state in
                state.takeWork(into: &due)
                return state.isStopped
            }
            for work in due {
                switch work {
                case .job(let job, let executor):
                    unsafe job.runSynchronously(
                        isolatedTo: executor.asUnownedSerialExecutor(), taskExecutor: executor.asUnownedTaskExecutor())
                case .call(let call): call()
                }
            }
            if due.isEmpty && isStopped { return }
            round = due.isEmpty ? 0 : round + 1
            due.removeAll(keepingCapacity: true)
            if round == 0 || round == Self.rounds {
                round = 0
                wait()
            }
        }
    }

    /// Waits for the socket, the bell or the next timer, and tells the owner of the socket.
    private func wait() {
        let owner = state.withLock { $0.owner }
        let interest = owner?.interest()
        let patience = state.withLock { state -> Int32 in
            guard state.work.isEmpty, !state.isStopped else { return 0 }
            state.isWaiting = true
            return state.patience
        }
        var watched = [
            pollfd(fd: bell, events: Int16(POLLIN), revents: 0),
            // A negative descriptor is passed over.
            pollfd(fd: interest?.descriptor ?? -1, events: interest?.events ?? 0, revents: 0),
        ]
        let count = unsafe poll(&watched, nfds_t(watched.count), patience)
        state.withLock { $0.isWaiting = false }
        guard count > 0 else { return }
        if watched[0].revents != 0 {
            var rings: eventfd_t = 0
            _ = unsafe eventfd_read(bell, &rings)
        }
        if watched[1].revents != 0 { owner?.isReady(watched[1].revents) }
    }

    /// All but those that tell of a fault of the thread's own.
    private static var signals: sigset_t {
        var signals = sigset_t()
        unsafe sigfillset(&signals)
        for fault in [SIGILL, SIGTRAP, SIGABRT, SIGFPE, SIGBUS, SIGSEGV, SIGSYS, SIGPROF] {
            unsafe sigdelset(&signals, fault)
        }
        return signals
    }
}
