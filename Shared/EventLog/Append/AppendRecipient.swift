/// Who is told what became of single events that share transactions with others; of each transaction all at once.
package protocol AppendRecipient: AnyObject, Sendable {
    /// Called from anywhere, once for each transaction that held events of this recipient.
    func appended(_ outcomes: [AppendOutcome])
}

/// What became of one event.
package struct AppendOutcome: Sendable {
    /// The number that its recipient knows it by.
    package let ticket: UInt64
    /// Whether it was new.
    package let result: Result<Bool, AppendError>

    package init(ticket: UInt64, result: Result<Bool, AppendError>) {
        self.ticket = ticket
        self.result = result
    }
}
