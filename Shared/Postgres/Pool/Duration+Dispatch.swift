import Dispatch

extension Duration {
    /// Nanoseconds, capped at about 292 years.
    var dispatchInterval: DispatchTimeInterval {
        let (seconds, attoseconds) = components
        let (nanoseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return .nanoseconds(overflow ? Int.max : Int(nanoseconds) + Int(attoseconds / 1_000_000_000))
    }
}
