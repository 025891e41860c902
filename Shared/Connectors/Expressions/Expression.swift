import Models

/// How a value is made from a vendor's payload: a small language without loops, assignments or side effects, so that
/// every expression ends and an operator can read it.
///
/// Source: docs/connectors.md, "Expressions".
indirect enum Expression: Hashable, Sendable {
    /// Where a pointer begins.
    enum Root: Hashable, Sendable {
        /// `/…` and `.`: the item, or within an `each` its element.
        case current
        /// `../…`: the item, seen from an element of it.
        case item
        /// `^/…` and `^`: the whole payload.
        case payload
    }

    case constant(JSONValue)
    /// The unescaped steps of a JSON Pointer (RFC 6901).
    case pointer(Root, [String])
    case call(ConnectorFunction, [Expression])
    /// `a ?? b`: the first that is there.
    case fallback([Expression])
}
