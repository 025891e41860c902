import Models
import Postgres

extension OrganizationHistory {
    /// Reads what the facts tell of an organisation: packed where they are, since a large organisation's are many.
    ///
    /// - Parameters:
    ///   - arrivals: Facts that are left out.
    ///   - connection: In the transaction whose moment counts.
    static func load(
        _ organization: OrganizationID, asOf day: Day, leavingOut arrivals: Set<EventIdentity>,
        from connection: Connection
    ) async throws -> OrganizationHistory {
        var events: [Event]
        do {
            events = try await packed(organization, from: connection)
        } catch LedgerError.unreadablePack {
            // Altered, or of a newer version: the events themselves stand beside it.
            let history = FactStatements.history(of: organization)
            events = try FactRow.events(try await connection.pipeline([history]))
        }
        if !arrivals.isEmpty { events.removeAll { arrivals.contains($0.identity) } }
        return OrganizationHistory(events: events, asOf: day)
    }

    private static func packed(
        _ organization: OrganizationID, from connection: Connection
    ) async throws -> [Event] {
        let opening = try await connection.pipeline([
            BulkStatements.corrections(of: organization), BulkStatements.unpackedHistory(of: organization),
            BulkStatements.openHistory(of: organization),
        ])
        var events = try FactRow.events([opening[1]])
        var damage: LedgerError?
        func read(_ rows: ResultSet) throws {
            do {
                try BulkHistory.read(rows) { events.append($0) }
            } catch let error as LedgerError {
                damage = error
            }
        }
        try read(opening[0])
        while damage == nil {
            let page = try await connection.pipeline([BulkStatements.nextHistory])[0]
            if page.isEmpty { break }
            try read(page)
        }
        // The transaction goes on, whatever was read.
        _ = try await connection.pipeline([BulkStatements.closeHistory])
        if let damage { throw damage }
        return events
    }
}
