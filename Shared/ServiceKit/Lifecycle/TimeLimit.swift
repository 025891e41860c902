/// An operation took longer than it was given.
package struct TimeLimitExceeded: Error, Sendable {
    package let limit: Duration
}

/// Runs `operation`, cancelling it when it takes longer than `limit`.
///
/// - Throws: ``TimeLimitExceeded``, or what `operation` throws. An operation that does not heed its cancellation is
///   waited for all the same.
package func withTimeLimit<Value: Sendable>(
    _ limit: Duration, _ operation: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask { try await operation() }
        group.addTask {
            try await Task.sleep(for: limit)
            throw TimeLimitExceeded(limit: limit)
        }
        defer { group.cancelAll() }
        guard let value = try await group.next() else { throw TimeLimitExceeded(limit: limit) }
        return value
    }
}
