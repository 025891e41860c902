/// A message of `NOTIFY`.
package struct Notification: Hashable, Sendable {
    package let channel: String
    /// Empty when the sender gave none.
    package let payload: String

    package init(channel: String, payload: String) {
        self.channel = channel
        self.payload = payload
    }
}
