import EventLog
import Models

/// What it means that somebody is missing from a snapshot, where that says that they have left.
enum LeaverRule {
    /// What ends a person's assignments.
    struct End {
        /// The assignment that says so, with the name that its identity is made from; nil where nothing is to be ended.
        let leave: (name: String, assignment: PersonUpdated)?
        /// What was to begin on the day or later, and now does not.
        let retracted: [HRISPerson.Earlier]
    }

    /// - Parameter standing: The person's earlier events that are not retracted.
    static func end(of standing: [HRISPerson.Earlier], on day: Day) -> End {
        let retracted = standing.filter { $0.assignment.effectiveFrom >= day }
        let last = standing.filter { $0.assignment.effectiveFrom < day }
            .max {
                ($0.assignment.effectiveFrom, $0.time, $0.identity) < (
                    $1.assignment.effectiveFrom, $1.time, $1.identity
                )
            }
        guard let last, last.assignment.active else { return End(leave: nil, retracted: retracted) }
        var assignment = last.assignment
        assignment.effectiveFrom = day
        assignment.active = false
        return End(leave: ("\(last.rowHash)\(mark)\(day)", assignment), retracted: retracted)
    }

    /// When a leave happens: at the end of the day before, so that a row that begins on the day of the leave wins over it.
    static func time(_ day: Day) -> Instant {
        Instant(microseconds: Instant(startOf: day).microseconds - 1)
    }

    /// Those of the unclaimed events that the rows of somebody who is in the file speak against. Of somebody who left and
    /// is back, a file without their earlier rows does not: what was before stays, and so does the leave.
    static func contradicted(_ unclaimed: [HRISPerson.Earlier], by rows: [HRISRow]) -> [HRISPerson.Earlier] {
        let left = unclaimed.filter(isLeave).map(\.assignment.effectiveFrom).max()
        guard let left, rows.allSatisfy({ $0.start >= left }) else { return unclaimed }
        return unclaimed.filter { !isLeave($0) && $0.assignment.effectiveFrom >= left }
    }

    private static func isLeave(_ event: HRISPerson.Earlier) -> Bool {
        event.identity.id.dropFirst(32).hasPrefix(mark)
    }

    /// Stands in a leave's identifier between the row's hash and the day.
    private static let mark = "-left-"
}
