import EventLog
import Models

/// What a file that holds only changes says about a person's events of earlier imports.
enum DeltaRule {
    /// The days on which standing assignments begin: a period that ends there has a successor.
    static func starts(of earlier: [HRISPerson.Earlier]) -> Set<Day> {
        Set(earlier.filter { !$0.isRetracted && $0.assignment.active }.map(\.assignment.effectiveFrom))
    }

    /// Those of the unclaimed events that the file's assignments take the place of: what the person had from the same
    /// day on, and the end that belonged to it.
    static func replaced(
        _ unclaimed: [HRISPerson.Earlier], by assignments: [PersonUpdated]
    ) -> [HRISPerson.Earlier] {
        let days = Set(assignments.map(\.effectiveFrom))
        func isMet(_ event: HRISPerson.Earlier) -> Bool { days.contains(event.assignment.effectiveFrom) }
        let rows = Set(unclaimed.filter { $0.assignment.active && isMet($0) }.map(\.rowHash))
        return unclaimed.filter { isMet($0) || (!$0.assignment.active && rows.contains($0.rowHash)) }
    }
}

extension HRISPerson.Earlier {
    /// What names the row that the event was made from: its hash, with which the identifiers of its events begin.
    var rowHash: Substring { identity.id.prefix(32) }
}
