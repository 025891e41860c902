import Synchronization
import Testing

@testable import Postgres

/// The pool's rules, without a database or a clock.
struct PoolStateTests {
    private struct Thing: Identifiable, Sendable { let id: Int }
    private typealias State = PoolState<Thing>

    private let start = ContinuousClock.now
    private var later: ContinuousClock.Instant { start + .seconds(10) }

    /// Asks, and says what came of it at once; `nil` for a wait.
    private func ask(_ state: inout State, now: ContinuousClock.Instant? = nil) -> State.Verdict? {
        state.request(state.newTicket(), deadline: later, now: now ?? start) { _ in }
    }

    private func isConnect(_ verdict: State.Verdict?) -> Bool {
        if case .connect = verdict { true } else { false }
    }

    @Test func `no more places are given than there are`() {
        var state = State(size: 0...2, now: start)
        #expect(isConnect(ask(&state)))
        #expect(isConnect(ask(&state)))
        #expect(ask(&state) == nil)
        #expect(state.metrics.waiting == 1)
        // One comes back in a useless state: the place goes to the one who waits.
        _ = state.connected(Thing(id: 1), now: start)
        let actions = state.giveBack(Thing(id: 1), isUsable: false, now: start)
        guard case .dispose(let thing) = actions.first, case .resume(_, .connect) = actions.last else {
            Issue.record("expected the broken one to go and a place to be given")
            return
        }
        #expect(thing.id == 1)
        #expect(state.metrics.connecting == 2)
    }

    @Test func `the connection used last is lent first`() {
        var state = State(size: 0...2, now: start)
        for id in 1...2 {
            _ = ask(&state)
            _ = state.connected(Thing(id: id), now: start)
        }
        for id in 1...2 { _ = state.giveBack(Thing(id: id), isUsable: true, now: start) }
        guard case .lend(let thing, _) = ask(&state) else {
            Issue.record("expected an idle one")
            return
        }
        #expect(thing.id == 2)
    }

    @Test func `while the server is away one attempt is made at a time, after its delay`() throws {
        var state = State(size: 0...4, now: start)
        #expect(isConnect(ask(&state)))
        let (isFirst, actions) = state.connectFailed(PostgresError(.connectionFailed, "refused"), now: start)
        #expect(isFirst)
        #expect(actions.isEmpty)
        #expect(ask(&state) == nil)
        #expect(ask(&state) == nil)
        let next = try #require(state.nextTick)
        #expect(next > start && next <= start + .seconds(1))
        #expect(state.tick(now: next).count == 1)
        #expect(state.metrics.connecting == 1)
        let (recovered, granted) = state.connected(Thing(id: 1), now: next)
        #expect(recovered)
        #expect(granted.count == 1)
    }

    @Test func `while an attempt is under way nothing is due before somebody's time is over`() throws {
        var state = State(size: 0...2, now: start)
        _ = ask(&state)
        _ = state.connectFailed(PostgresError(.connectionFailed, "refused"), now: start)
        #expect(ask(&state) == nil)
        let next = try #require(state.nextTick)
        // The one who waits makes the attempt; another one waits for its end.
        #expect(state.tick(now: next).count == 1)
        #expect(ask(&state, now: next) == nil)
        #expect(state.nextTick == later)
        _ = state.connectFailed(PostgresError(.connectionFailed, "refused"), now: next)
        #expect(try #require(state.nextTick) < later)
    }

    @Test func `while all places are taken nothing is due before somebody's time is over`() {
        var state = State(size: 0...1, now: start)
        _ = ask(&state)
        _ = state.connected(Thing(id: 1), now: start)
        #expect(ask(&state) == nil)
        #expect(state.nextTick == later)
    }

    @Test func `of the idle ones those are given up that are spent, each asked once`() {
        var state = State(size: 0...5, now: start)
        for id in 1...5 {
            _ = ask(&state)
            _ = state.connected(Thing(id: id), now: start)
        }
        for id in 1...5 { _ = state.giveBack(Thing(id: id), isUsable: true, now: start) }
        var spare = 4
        let actions = state.reap { _, _ in
            spare -= 1
            return spare >= 0
        }
        #expect(actions.count == 4)
        #expect(state.metrics.idle == 1)
    }

    @Test func `one whose time is over hears why`() {
        func endOfWait(_ state: inout State) -> PostgresError.Kind? {
            guard ask(&state) == nil, case .resume(_, .failed(let error)) = state.tick(now: later).first else {
                return nil
            }
            return error.kind
        }
        var state = State(size: 0...1, now: start)
        _ = ask(&state)
        // The one attempt is still under way: nothing is in use.
        #expect(endOfWait(&state) == .connectionFailed)
        _ = state.connected(Thing(id: 1), now: start)
        #expect(endOfWait(&state) == .poolExhausted)
        _ = state.giveBack(Thing(id: 1), isUsable: false, now: start)
        _ = ask(&state)
        _ = state.connectFailed(PostgresError(.connectionFailed, "refused"), now: start)
        guard case .failed(let failed) = ask(&state, now: later) else {
            Issue.record("expected a refusal")
            return
        }
        #expect(failed.kind == .connectionFailed)
    }

    @Test func `whoever closes the pool hears when the last connection is back`() {
        var state = State(size: 0...1, now: start)
        _ = ask(&state)
        _ = state.connected(Thing(id: 1), now: start)
        let first = state.close {}
        let second = state.close {}
        #expect(first.isEmpty && second.isEmpty)
        let actions = state.giveBack(Thing(id: 1), isUsable: true, now: start)
        #expect(actions.count == 3)
    }

    @Test func `one who asks again keeps the place in the line`() {
        var state = State(size: 0...1, now: start)
        let first = state.newTicket()
        _ = state.request(first, deadline: later, now: start) { _ in }
        let order = Mutex<[String]>([])
        _ = state.request(state.newTicket(), deadline: later, now: start) { _ in order.withLock { $0.append("second") }
        }
        _ = state.connectFailed(PostgresError(.connectionFailed, "refused"), now: start)
        _ = state.request(first, deadline: later, now: start) { _ in order.withLock { $0.append("first") } }
        for action in state.tick(now: start + .seconds(2)) {
            if case .resume(let resume, let verdict) = action { resume(verdict) }
        }
        #expect(order.withLock { $0 } == ["first"])
    }
}
