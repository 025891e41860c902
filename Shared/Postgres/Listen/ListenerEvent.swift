/// What a ``Listener`` reports.
package enum ListenerEvent: Hashable, Sendable {
    /// It listens (again), or its buffer has run over: anything may have been missed, so look for yourself.
    case connected
    case notification(channel: String, payload: String)
}
