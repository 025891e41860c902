/// What became of one attempt to deliver. Returned once, written once.
package enum Attempt: Hashable, Sendable {
    /// The receiver has taken it.
    case delivered
    /// Worth another try; `wait` is what the receiver asked for.
    case failed(because: String, wait: Duration?)
    /// The mail was handed over, wholly or in part, and no answer came: the server may have it.
    case unanswered(because: String)
    /// Another try would end the same way until somebody changes something.
    case refused(because: String)
    /// The receiver wants no more: the webhook is switched off.
    case gone
    /// Nothing was handed over: the recipient's quiet hours have begun since it was planned, or it fell due while
    /// nobody delivered.
    case early(QuietWait)
    /// The recipient has decided against such mail since it was planned.
    case unwanted
    /// The recipient has left since it was planned: somebody else must have the notice.
    case misdirected
}
