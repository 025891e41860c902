import Glibc

/// The instant of a log line, in UTC to the millisecond; printed per RFC 3339.
package struct LogInstant: Sendable, CustomStringConvertible {
    private let seconds: Int
    private let milliseconds: Int

    /// - Parameter seconds: Since 1970-01-01, UTC.
    package init(seconds: Int, milliseconds: Int) {
        self.seconds = seconds
        self.milliseconds = milliseconds
    }

    package static var now: LogInstant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return LogInstant(seconds: time.tv_sec, milliseconds: time.tv_nsec / 1_000_000)
    }

    package var description: String {
        var seconds = time_t(seconds)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
            + "T\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
            + ".\(String(milliseconds + 1000).dropFirst())Z"
    }

    private func two(_ number: Int32) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
