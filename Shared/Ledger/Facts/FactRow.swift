import EventLog
import Models
import Postgres

/// Reads the rows of ``FactStatements``: identity, type, time, source, id, gap, data.
enum FactRow {
    /// The event of a row.
    ///
    /// - Throws: ``LedgerError/unreadableFact(_:_:)`` where the stored data isn't an event of its type: facts are
    ///   written from validated events only, so the row was altered or is of a newer version.
    static func event(_ row: Row) throws -> Event {
        let identity = EventIdentity(source: try row.text(3), id: try row.text(4))
        guard let type = EventType(code: try row.int2(1)) else {
            throw LedgerError.unreadableFact(identity, "unknown type code \(try row.int2(1))")
        }
        do {
            return try EventReader.event(
                identity: identity,
                time: Instant(try row.timestamptz(2)),
                subject: nil,
                type: type,
                data: try JSONParser.parse(try row.utf8(6)))
        } catch let problem as Problem {
            throw LedgerError.unreadableFact(identity, "\(problem.pointer): \(problem.title)")
        } catch let problem as JSONProblem {
            throw LedgerError.unreadableFact(identity, "data at byte \(problem.offset)")
        }
    }

    /// The events of some results, without repetition: one fact may be found by its person and by its gap.
    static func events(_ results: [ResultSet]) throws -> [Event] {
        var seen: Set<UUIDBytes> = []
        var events: [Event] = []
        seen.reserveCapacity(results.reduce(0) { $0 + $1.count })
        for rows in results {
            for row in rows where seen.insert(try row.uuid(0)).inserted {
                events.append(try event(row))
            }
        }
        return events
    }

    /// The gaps whose events a unit needs beside its own: those identified for it, and those it asked training for.
    static func gaps(_ rows: ResultSet) throws -> Set<GapID> {
        var gaps: Set<GapID> = []
        for row in rows {
            let type = try row.int2(1)
            guard type == EventType.gapIdentified.code || type == EventType.trainingRequested.code else { continue }
            if let gap = try row.optionalText(5) { gaps.insert(GapID(unchecked: gap)) }
        }
        return gaps
    }
}
