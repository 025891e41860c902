package import Models
package import Postgres

/// An event as the log holds it.
package struct RecordedEvent: Hashable, Sendable {
    package let organization: OrganizationID
    /// Its place in the log: the era, the transaction that wrote it, and its place within that.
    package let era: Int32
    package let xid: UInt64
    package let seq: Int64
    /// When Onus recorded it, by the database's clock.
    package let recorded: Instant
    /// The hash of its identity.
    package let hash: UUIDBytes
    package let event: Event
    /// `data` as compact JSON, unknown members included, minimised names removed.
    package let data: String
}

extension RecordedEvent {
    /// The columns that ``init(_:from:)`` reads, in its order, of a row of `log.event` called `e`.
    static let columns = """
        e.organization_id, e.era, e.xid, e.seq, e.recorded, e.identity, e.type, e.source, e.id, e.time, e.subject, e.data
        """

    /// - Parameter first: Where in the row ``columns`` begin.
    /// - Throws: ``LogError/unreadable(organization:hash:detail:)`` where a newer service wrote what this one doesn't
    ///   know, ``LogError/database(_:)`` where the row is not as asked for.
    init(_ row: Row, from first: Int = 0) throws(LogError) {
        let code: Int16
        let identity: EventIdentity
        let time: Instant
        let subject: String?
        do {
            organization = OrganizationID(rawValue: try row.int4(first))
            era = try row.int4(first + 1)
            xid = try row.xid8(first + 2)
            seq = try row.int8(first + 3)
            recorded = Instant(try row.timestamptz(first + 4))
            hash = try row.uuid(first + 5)
            code = try row.int2(first + 6)
            identity = EventIdentity(source: try row.text(first + 7), id: try row.text(first + 8))
            time = Instant(try row.timestamptz(first + 9))
            subject = try row.optionalText(first + 10)
            data = try row.text(first + 11)
        } catch {
            throw .database(error)
        }
        guard let type = EventType(code: code) else {
            throw .unreadable(organization: organization, hash: hash, detail: "unknown type \(code)")
        }
        do {
            event = try EventReader.event(
                identity: identity, time: time, subject: subject, type: type,
                data: try JSONParser.parse(Array(data.utf8)))
        } catch {
            // A Problem or a JSONProblem: their words hold no free text of the event.
            throw .unreadable(organization: organization, hash: hash, detail: "\(error)")
        }
    }
}
