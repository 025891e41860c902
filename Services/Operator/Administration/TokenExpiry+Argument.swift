internal import ArgumentParser
internal import Models
internal import Schema

extension TokenExpiry: ExpressibleByArgument {
    /// Reads a day, which is the first (UTC) on which the token is refused, an instant, or a length of time from now.
    package init?(argument: String) {
        if let span = TimeSpan(argument) {
            guard span.duration > .zero else { return nil }
            self = .after(span.duration)
        } else if let day = Day(argument) {
            self = .at(Instant(startOf: day))
        } else {
            // Why it is no instant is told by the option's help.
            guard let instant = try? Instant(rfc3339: argument) else { return nil }
            self = .at(instant)
        }
    }
}
