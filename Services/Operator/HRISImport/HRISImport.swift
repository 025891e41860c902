import EventLog
import Models

/// Turns a snapshot of an HR system into events: one per period, one more where a period ends and none follows, and a
/// retraction for each earlier event that the snapshot no longer supports.
///
/// Source: docs of `onus import hris`; the columns are those of deploy/sample/hris.
enum HRISImport {
    /// An event of the same source that an earlier import made.
    typealias Earlier = SourceAssignments.Record

    struct Plan: Sendable {
        /// New assignments, in the order of events; to be sent first, so that nobody is without one in between.
        let events: [Event]
        /// To be sent after `events`.
        let retractions: [Event]
        let report: ImportReport
    }

    /// The `source` of an HR system's events.
    static func source(name: String) -> String { "/hris/\(name)" }

    /// - Parameters:
    ///   - earlier: All events of `source` that assign people, retracted ones included. Empty for a first import.
    ///   - columns: What the columns are called in the file.
    ///   - isDelta: The file holds what changed: who or what is missing in it stays as it is, and a row takes the place
    ///     of the person's earlier one with the same start.
    ///   - now: When the retractions happen; its day is what "current" means in the report.
    ///   - examples: How many findings of each kind the report names.
    /// - Throws: ``HRISImportError`` where nothing may be sent. Rows that can't be read are in the report, and their
    ///   people are left as they are: half of what a file says of somebody would compete with what it said before.
    static func plan(
        csv: [UInt8], source: String, columns: HRISColumns = .standard, earlier: [Earlier] = [], isDelta: Bool = false,
        allowLeavers: Bool = false, now: Instant,
        examples: Int = ImportReport.examples
    ) throws(HRISImportError) -> Plan {
        let snapshot = try HRISSnapshot(csv: csv, columns: columns)
        var report = ImportReport(examples: examples)
        report.inspect(snapshot, today: now.day)

        let untouchable = Set(snapshot.badRows.compactMap(\.person))
        let starts = isDelta ? DeltaRule.starts(of: earlier) : [:]
        let wanted = assignments(snapshot, unless: starts).filter { !untouchable.contains($0.assignment.person) }
        var identities = IdentityBook(source: source, earlier: earlier)
        var events: [Event] = []
        for (name, assignment) in wanted {
            guard let identity = identities.claim(name) else { continue }
            events.append(
                Event(
                    identity: identity, time: Instant(startOf: assignment.effectiveFrom),
                    payload: .personUpdated(assignment)))
        }
        let present = untouchable.union(snapshot.rows.map(\.person))
        let before = Set(earlier.filter { !$0.isRetracted }.map(\.person))
        report.lost = isDelta ? 0 : before.subtracting(present).count
        guard allowLeavers || report.lost * 10 <= before.count else {
            throw .tooManyLeavers(lost: report.lost, people: before.count)
        }
        let unclaimed = identities.unclaimed.filter { !untouchable.contains($0.person) }
        let vanished = isDelta ? DeltaRule.replaced(unclaimed, by: wanted.map(\.assignment)) : unclaimed
        let retractions = vanished.map { retraction(of: $0.identity, at: now) }

        report.isDelta = isDelta
        report.newEvents = events.count
        report.unchangedEvents = wanted.count - events.count
        report.retractions = retractions.count
        return Plan(events: events.sorted(by: Event.precedes), retractions: retractions, report: report)
    }

    /// The assignments that a snapshot says, by the name that their identity is made from; no name twice.
    ///
    /// - Parameter starts: Days on which a person is known to go on, which are no ends.
    private static func assignments(
        _ snapshot: HRISSnapshot, unless starts: [PersonID: Set<Day>]
    ) -> [(name: String, assignment: PersonUpdated)] {
        var assignments: [(String, PersonUpdated)] = []
        for rows in snapshot.people {
            var hashes: Set<String> = []
            let periods = rows.filter { !$0.isEmpty && hashes.insert($0.hash).inserted }
            for period in periods {
                assignments.append((period.hash, period.assignment(from: period.start, active: true)))
                guard let end = period.end, !periods.contains(where: { $0.covers(end) }),
                    starts[period.person]?.contains(end) != true
                else { continue }
                assignments.append(("\(period.hash)-end", period.assignment(from: end, active: false)))
            }
        }
        return assignments
    }

    private static func retraction(of identity: EventIdentity, at now: Instant) -> Event {
        Event(
            identity: EventIdentity(source: identity.source, id: "retract-\(identity.id)"), time: now,
            payload: .eventRetracted(
                EventRetracted(event: identity, reason: "The row changed or vanished in a later snapshot.")))
    }
}

extension HRISRow {
    /// An inactive assignment keeps the manager: to them falls what the leaver leaves.
    fileprivate func assignment(from day: Day, active: Bool) -> PersonUpdated {
        PersonUpdated(
            person: person, effectiveFrom: day, active: active, manager: manager, role: role, unit: unit, name: name,
            email: email)
    }
}
