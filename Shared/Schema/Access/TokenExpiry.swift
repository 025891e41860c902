package import Models

/// When a token ends by itself.
package enum TokenExpiry: Hashable, Sendable {
    case never
    /// Refused from then on.
    case at(Instant)
    /// After this long by the database's clock; positive.
    case after(Duration)

    var instant: Instant? { if case .at(let instant) = self { instant } else { nil } }
    var lifetime: Duration? { if case .after(let duration) = self { duration } else { nil } }
}
