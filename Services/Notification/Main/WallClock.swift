import Foundation
import Models

/// This machine's clock, for headers. What is due goes by the database's.
enum WallClock {
    static func now() -> Instant {
        Instant(microseconds: Int64((Date().timeIntervalSince1970 * 1_000_000).rounded()))
    }
}
