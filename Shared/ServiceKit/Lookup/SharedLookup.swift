import Synchronization

/// Asks for the value of a key at most once at a time and, where there is one, at most once in a while: those who come
/// while somebody asks already share the answer.
///
/// Without the sharing, every burst of requests that meets an expired answer would ask the database a hundred times at
/// once and find no connection left for its work.
package final class SharedLookup<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private typealias Answer = Result<Value?, any Error>

    private enum Entry {
        /// Somebody asks since then; these wait.
        case asking([CheckedContinuation<Answer?, Never>], since: ContinuousClock.Instant)
        case known(Value, until: ContinuousClock.Instant)
    }

    private enum Turn {
        case ask
        case known(Value)
        /// `isLate`: so long after the question that its answer is too old for whoever comes now.
        case wait(isLate: Bool)
    }

    private static var mostKnown: Int { 1024 }

    private let lifetime: Duration
    private let now: @Sendable () -> ContinuousClock.Instant
    private let look: @Sendable (Key) async throws -> Value?
    private let entries = Mutex<[Key: Entry]>([:])

    /// - Parameters:
    ///   - lifetime: How long an answer is trusted, counted from before the question.
    ///   - now: What the lifetime is measured by; tests have their own.
    ///   - look: Finds the value; `nil`, there is none, is never remembered.
    package init(
        lifetime: Duration, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        look: @escaping @Sendable (Key) async throws -> Value?
    ) {
        self.lifetime = lifetime
        self.now = now
        self.look = look
    }

    /// The value of `key`, no older than the lifetime; `nil` where there is none.
    ///
    /// - Throws: What `look` throws, to everybody who shares the question.
    package func value(for key: Key) async throws -> Value? {
        while true {
            switch turn(for: key) {
            case .known(let value): return value
            case .ask: return try await ask(key).get()
            case .wait(let isLate):
                let answer = await wait(for: key)
                if isLate { continue }
                if case .failure(is CancellationError)? = answer { continue }  // The other one's own affair.
                if let answer { return try answer.get() }
            }
        }
    }

    /// The value of `key` where it is known and no older than the lifetime; asks nobody, and so never waits.
    package func known(for key: Key) -> Value? {
        let now = now()
        return entries.withLock { entries in
            guard case .known(let value, let until)? = entries[key], until > now else { return nil }
            return value
        }
    }

    private func turn(for key: Key) -> Turn {
        let now = now()
        return entries.withLock { entries in
            switch entries[key] {
            case .known(let value, let until) where until > now: return .known(value)
            case .asking(_, let since): return .wait(isLate: since + lifetime <= now)
            case .known, nil:
                entries[key] = .asking([], since: now)
                return .ask
            }
        }
    }

    private func ask(_ key: Key) async -> Answer {
        let start = now()
        let answer: Answer
        do {
            answer = .success(try await look(key))
        } catch {
            // Whatever a cancelled question ended with, only its own asker is to hear of it.
            answer = .failure(Task.isCancelled ? CancellationError() : error)
        }
        let waiting = entries.withLock { entries in
            var waiting: [CheckedContinuation<Answer?, Never>] = []
            if case .asking(let continuations, _)? = entries[key] { waiting = continuations }
            if case .success(let value?) = answer {
                Self.makeRoom(in: &entries, at: start)
                entries[key] = .known(value, until: start + lifetime)
            } else {
                entries[key] = nil
            }
            return waiting
        }
        for continuation in waiting {
            continuation.resume(returning: answer)
        }
        return answer
    }

    /// The answer that somebody else gets; `nil` where it has come meanwhile. Bounded by what `look` takes.
    private func wait(for key: Key) async -> Answer? {
        await withCheckedContinuation { (continuation: CheckedContinuation<Answer?, Never>) in
            let isLate = entries.withLock { entries in
                guard case .asking(let waiting, let since)? = entries[key] else { return true }
                entries[key] = .asking(waiting + [continuation], since: since)
                return false
            }
            if isLate {
                continuation.resume(returning: nil)
            }
        }
    }

    private static func makeRoom(in entries: inout [Key: Entry], at now: ContinuousClock.Instant) {
        guard entries.count >= mostKnown else { return }
        func isNeeded(_ entry: Entry, onlyAsking: Bool) -> Bool {
            switch entry {
            case .asking: true
            case .known(_, let until): !onlyAsking && until > now
            }
        }
        entries = entries.filter { isNeeded($0.value, onlyAsking: false) }
        if entries.count >= mostKnown {
            entries = entries.filter { isNeeded($0.value, onlyAsking: true) }
        }
    }
}
