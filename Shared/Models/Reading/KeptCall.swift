/// A vendor's call with one item that was refused, to be translated anew: the item as it was kept, the hook as it is set up
/// now.
package struct KeptCall: Hashable, Sendable {
    package let call: HookCall
    /// The name of the hook's connector.
    package let connector: String
    package let settings: [String: String]
    /// As far as the connector named it when it was refused.
    package let payload: JSONValue
    /// What counts as now for the connector: days and identities are those of the call.
    package let received: Instant

    package init(
        call: HookCall, connector: String, settings: [String: String], payload: JSONValue, received: Instant
    ) {
        self.call = call
        self.connector = connector
        self.settings = settings
        self.payload = payload
        self.received = received
    }
}
