import Accountability
import EventLog
import Models
import Postgres

/// What all units of an organisation share at a day, read without keeping the events.
struct BulkHistory: Sendable {
    let organization: Organization
    let corrections: Corrections
    /// Only what was recorded by then counts; nil: everything.
    let knownAt: Instant?

    var day: Day { organization.asOf }

    /// - Parameters:
    ///   - tail: Events that count and are not among the facts.
    ///   - knownAt: Only what was recorded by then; nil takes all.
    ///   - connection: In the transaction whose moment counts.
    static func load(
        _ organization: OrganizationID, and tail: [RecordedEvent], asOf day: Day, knownAt: Instant?,
        _ connection: Connection
    ) async throws -> BulkHistory {
        let opening = try await connection.pipeline([
            BulkStatements.corrections(of: organization, knownAt: knownAt),
            BulkStatements.unpackedHistory(of: organization, knownAt: knownAt),
            BulkStatements.openHistory(of: organization, knownAt: knownAt),
        ])
        let unread = tail.lazy.filter { recorded in knownAt.map { recorded.recorded <= $0 } ?? true }.map(\.event)
        let unpacked = try FactRow.events([opening[1]]) + unread
        var corrections = unpacked.filter { $0.payload.target != nil }
        try read(opening[0]) { corrections.append($0) }
        let resolution = Corrections(corrections, asOf: day)
        var builder = OrganizationBuilder()
        for event in unpacked where resolution.inForce(event) { builder.read(event) }
        while true {
            let page = try await connection.pipeline([BulkStatements.nextHistory])[0]
            if page.isEmpty { break }
            try read(page) { event in
                if resolution.inForce(event) { builder.read(event) }
            }
        }
        _ = try await connection.pipeline([BulkStatements.closeHistory])
        return BulkHistory(
            organization: Organization(builder, asOf: day), corrections: resolution, knownAt: knownAt)
    }

    /// Gives the packed facts of some rows.
    ///
    /// - Throws: ``LedgerError/unreadablePack(unit:)``, ``PostgresError``
    static func read(_ rows: ResultSet, _ body: (Event) -> Void) throws {
        // None of these facts is about a unit.
        let nobody = PersonID(unchecked: "-")
        for row in rows {
            var reader = PackedFactReader(try row.bytes(0))
            do throws(PackedFactReader.Damage) {
                while let event = try reader.next(of: nobody) { body(event) }
            } catch {
                throw LedgerError.unreadablePack(unit: "the organisation's history")
            }
        }
    }
}
