package import Models

/// What an expression can see.
package struct Scope: Sendable {
    /// How the payload came, and for whom.
    package struct Call: Sendable {
        /// By lower-case name.
        package let headers: [String: String]
        /// The hook's name.
        package let hook: String
        /// The values that were set for the hook.
        package let settings: [String: String]
        package let now: Instant

        package init(headers: [String: String] = [:], hook: String, settings: [String: String] = [:], now: Instant) {
            self.headers = headers
            self.hook = hook
            self.settings = settings
            self.now = now
        }
    }

    let payload: JSONValue
    let item: JSONValue
    var current: JSONValue
    let call: Call
    /// The events' source.
    let source: String
    let tables: [String: LookupTable]

    func root(_ root: Expression.Root) -> JSONValue {
        switch root {
        case .current: current
        case .item: item
        case .payload: payload
        }
    }
}
