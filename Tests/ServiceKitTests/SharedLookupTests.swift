import ServiceKit
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5))) struct SharedLookupTests {
    private struct Fault: Error {}

    /// A question that is answered when the test says so, and counts how often it was asked.
    private final class Oracle: Sendable {
        private let asked = Mutex(0)
        private let gate: AsyncStream<Void>
        private let open: AsyncStream<Void>.Continuation

        init() { (gate, open) = AsyncStream.makeStream() }

        var questions: Int { asked.withLock { $0 } }
        func answerAll() { open.finish() }

        func ask() async throws {
            asked.withLock { $0 += 1 }
            for await _ in gate {}
            try Task.checkCancellation()
        }
    }

    @Test func `those who come while somebody asks share the answer`() async throws {
        let oracle = Oracle()
        let lookup = SharedLookup<Int, String>(lifetime: .seconds(60)) { key in
            try await oracle.ask()
            return "answer \(key)"
        }
        try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<50 { group.addTask { try await lookup.value(for: 7) } }
            while oracle.questions == 0 { await Task.yield() }
            oracle.answerAll()
            for try await answer in group { #expect(answer == "answer 7") }
        }
        #expect(try await lookup.value(for: 7) == "answer 7")
        #expect(oracle.questions == 1)
    }

    @Test func `a failure reaches all who share it and is not remembered`() async throws {
        let asked = Mutex(0)
        let lookup = SharedLookup<Int, String>(lifetime: .seconds(60)) { _ in
            guard
                asked.withLock({
                    $0 += 1
                    return $0
                }) > 1
            else { throw Fault() }
            return "well"
        }
        await #expect(throws: Fault.self) { try await lookup.value(for: 1) }
        #expect(try await lookup.value(for: 1) == "well")
    }

    @Test func `one who is cancelled while asking does not fail the others`() async throws {
        let oracle = Oracle()
        let lookup = SharedLookup<Int, String>(lifetime: .seconds(60)) { _ in
            try await oracle.ask()
            return "answer"
        }
        let first = Task { try await lookup.value(for: 1) }
        while oracle.questions == 0 { await Task.yield() }
        async let second = lookup.value(for: 1)
        first.cancel()
        oracle.answerAll()
        await #expect(throws: CancellationError.self) { try await first.value }
        #expect(try await second == "answer")
        #expect(oracle.questions == 2)
    }

    @Test func `nothing is remembered of what is not there, nor beyond the lifetime`() async throws {
        let asked = Mutex(0)
        let lookup = SharedLookup<Int, Int>(lifetime: .zero) { key in
            asked.withLock { $0 += 1 }
            return key == 0 ? nil : key
        }
        #expect(try await lookup.value(for: 0) == nil)
        #expect(try await lookup.value(for: 0) == nil)
        #expect(try await lookup.value(for: 5) == 5)
        #expect(try await lookup.value(for: 5) == 5)
        #expect(asked.withLock { $0 } == 4)
    }
}
