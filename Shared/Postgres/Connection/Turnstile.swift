/// Who may use a connection: one operation at a time, in the order of asking; and while a
/// transaction is open, only those inside it. Pure bookkeeping, driven by ``Connection``.
struct Turnstile {
    /// A transaction or savepoint; 0 stands for "outside any".
    typealias Scope = UInt64

    /// How a wait ends.
    enum Verdict: Sendable { case granted, cancelled, closed, scopeEnded }

    typealias Continuation = CheckedContinuation<Verdict, Never>

    private struct Waiter {
        let ticket: UInt64
        let scope: Scope
        let continuation: Continuation
    }

    private(set) var isBusy = false
    private var isClosed = false
    private(set) var scopes: [Scope] = []
    private var waiters: [Waiter] = []
    private var lastScope: Scope = 0

    var innermost: Scope { scopes.last ?? 0 }

    func isOpen(_ scope: Scope) -> Bool { scope == 0 || scopes.contains(scope) }

    /// Takes the turn if it is free for that scope.
    mutating func tryEnter(_ scope: Scope) -> Bool {
        guard !isBusy, scope == innermost else { return false }
        isBusy = true
        return true
    }

    /// Takes the turn, or waits for it.
    mutating func enter(_ ticket: UInt64, scope: Scope, _ continuation: Continuation) {
        if isClosed {
            continuation.resume(returning: .closed)
        } else if tryEnter(scope) {
            continuation.resume(returning: .granted)
        } else if !isOpen(scope) {
            continuation.resume(returning: .scopeEnded)
        } else {
            waiters.append(Waiter(ticket: ticket, scope: scope, continuation: continuation))
        }
    }

    /// Ends one wait, unless it has ended already.
    mutating func cancel(_ ticket: UInt64) {
        guard let position = waiters.firstIndex(where: { $0.ticket == ticket }) else { return }
        waiters.remove(at: position).continuation.resume(returning: .cancelled)
    }

    /// Gives the turn back, to the first who may have it.
    mutating func leave() {
        isBusy = false
        let stranded = waiters.filter { !isOpen($0.scope) }
        if !stranded.isEmpty {
            let open = scopes
            waiters.removeAll { $0.scope != 0 && !open.contains($0.scope) }
            for waiter in stranded { waiter.continuation.resume(returning: .scopeEnded) }
        }
        guard let position = waiters.firstIndex(where: { $0.scope == innermost }) else { return }
        isBusy = true
        waiters.remove(at: position).continuation.resume(returning: .granted)
    }

    /// Opens a transaction inside the innermost one. Only while holding the turn.
    mutating func push() -> Scope {
        lastScope += 1
        scopes.append(lastScope)
        return lastScope
    }

    /// Ends a transaction and all inside it. Only while holding the turn, or when nobody can get it any more.
    mutating func pop(_ scope: Scope) {
        guard let position = scopes.firstIndex(of: scope) else { return }
        scopes.removeSubrange(position...)
    }

    /// Ends all waits: the connection is gone.
    mutating func close() {
        isClosed = true
        for waiter in waiters { waiter.continuation.resume(returning: .closed) }
        waiters = []
    }
}
