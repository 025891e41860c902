import Glibc

/// The clock that every process of the machine shares (CLOCK_MONOTONIC, which is Python's `monotonic_ns` too).
enum Monotonic {
    /// Nanoseconds since some moment before the machine started.
    static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// Nanoseconds that the calling thread has computed for.
    static var ofThread: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    static func sleep(until moment: Int64) async throws {
        let left = moment - now
        if left > 0 { try await Task.sleep(for: .nanoseconds(left), tolerance: .zero) }
    }
}
