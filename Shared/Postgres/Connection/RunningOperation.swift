/// What a connection notes about the operation that holds its turn.
struct RunningOperation {
    /// Grows with each operation; 0 when none has run.
    var number: UInt64 = 0
    var isRunning = false
    /// The task has been cancelled, and the server is being told.
    var isCancelled = false
    /// A cancel request is on its way: it must have arrived before anything else is sent, or it
    /// would hit the wrong statement.
    var cancelInFlight = false
    /// Waits for the cancel request to arrive.
    var settled: CheckedContinuation<Void, Never>?
    /// When the connection is given up, where its configuration limits how long an answer may take.
    var deadline: ContinuousClock.Instant?
    /// Broken off because its time limit has passed.
    var isExpired = false

    mutating func begin() -> UInt64 {
        self = RunningOperation(number: number + 1, isRunning: true)
        return number
    }
}
