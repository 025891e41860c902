package import Models

/// Which day it is: what a turn moves to.
package enum LedgerClock: Sendable {
    /// The UTC date of the database's clock, the one all services share.
    case database
    /// A day that a test gives.
    case fixed(@Sendable () -> Day)

    func today(database: Day) -> Day {
        switch self {
        case .database: database
        case .fixed(let day): day()
        }
    }
}
