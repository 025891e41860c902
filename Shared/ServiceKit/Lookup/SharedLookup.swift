import Synchronization

/// Asks for the value of a key at most once at a time and, where there is one, at most once in a while: those who come
/// while somebody asks already share the answer.
///
/// Without the sharing, every burst of requests that meets an expired answer would ask the database a hundred times at
/// once and find no connection left for its work.
package final class SharedLookup<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private typealias Answer = Result<Value?, any Error>

    private enum Entry {
        /// Somebody asks; these wait.
        case asking([CheckedContinuation<Answer?, Never>])
        case known(Value, until: ContinuousClock.Instant)
    }

    private enum Turn {
        case ask
        case known(Value)
        case wait
    }

    private static var mostKnown: Int { 1024 }

    private let lifetime: Duration
    private let look: @Sendable (Key) async throws -> Value?
    private let entries = Mutex<[Key: Entry]>([:])

    /// - Parameters:
    ///   - lifetime: How long an answer is trusted, counted from before the question.
    ///   - look: Finds the value; `nil`, there is none, is never remembered.
    package init(lifetime: Duration, look: @escaping @Sendable (Key) async throws -> Value?) {
        self.lifetime = lifetime
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
            case .wait:
                let answer = await wait(for: key)
                if case .failure(is CancellationError)? = answer { continue }  // The other one's own affair.
                if let answer { return try answer.get() }
            }
        }
    }

    private func turn(for key: Key) -> Turn {
        entries.withLock { entries in
            switch entries[key] {
            case .known(let value, let until) where until > .now: return .known(value)
            case .asking: return .wait
            case .known, nil:
                entries[key] = .asking([])
                return .ask
            }
        }
    }

    private func ask(_ key: Key) async -> Answer {
        let start = ContinuousClock.now
        let answer: Answer
        do {
            answer = .success(try await look(key))
        } catch {
            // Whatever a cancelled question ended with, only its own asker is to hear of it.
            answer = .failure(Task.isCancelled ? CancellationError() : error)
        }
        let waiting = entries.withLock { entries in
            var waiting: [CheckedContinuation<Answer?, Never>] = []
            if case .asking(let continuations)? = entries[key] { waiting = continuations }
            if case .success(let value?) = answer {
                Self.makeRoom(in: &entries)
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
                guard case .asking(let waiting)? = entries[key] else { return true }
                entries[key] = .asking(waiting + [continuation])
                return false
            }
            if isLate {
                continuation.resume(returning: nil)
            }
        }
    }

    private static func makeRoom(in entries: inout [Key: Entry]) {
        guard entries.count >= mostKnown else { return }
        let now = ContinuousClock.now
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
