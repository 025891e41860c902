/// What one look at the log came to.
package enum BatchOutcome<Value: Sendable>: Sendable {
    /// Another worker of this consumer has the position; it may be looked at again in a second.
    case busy
    /// Nothing was unread.
    case caughtUp
    /// The body ran over so many events, and its effects are committed with the position. `isFull`: there are
    /// probably more.
    case handled(Value, events: Int, isFull: Bool)
}
