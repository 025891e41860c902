import EventLog
import Models

/// What a file that holds only changes says about the events of earlier imports.
enum DeltaRule {
    /// The days on which somebody's standing assignments begin: a period that ends there has a successor.
    static func starts(of earlier: [HRISImport.Earlier]) -> [PersonID: Set<Day>] {
        var starts: [PersonID: Set<Day>] = [:]
        for event in earlier where !event.isRetracted && event.isActive {
            starts[event.person, default: []].insert(event.effectiveFrom)
        }
        return starts
    }

    /// Those of the unclaimed events that the file's assignments take the place of: what the same person had from the
    /// same day on, and the end that belonged to it.
    static func replaced(
        _ unclaimed: [HRISImport.Earlier], by assignments: [PersonUpdated]
    ) -> [HRISImport.Earlier] {
        var days: [PersonID: Set<Day>] = [:]
        for assignment in assignments { days[assignment.person, default: []].insert(assignment.effectiveFrom) }
        func isMet(_ event: HRISImport.Earlier) -> Bool { days[event.person]?.contains(event.effectiveFrom) == true }
        let rows = Set(unclaimed.filter { $0.isActive && isMet($0) }.map(row))
        return unclaimed.filter { isMet($0) || (!$0.isActive && rows.contains(row(of: $0))) }
    }

    /// What names the row that an event was made from: its hash, with which the identifiers of its events begin.
    private static func row(of event: HRISImport.Earlier) -> Substring { event.identity.id.prefix(32) }
}
