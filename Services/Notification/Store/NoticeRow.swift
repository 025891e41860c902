internal import Models
internal import Postgres

/// How a row of `notice.notice` becomes a ``DueNotice``.
enum NoticeRow {
    /// The columns that ``read(_:)`` wants first and in this order, of a table named `n`.
    static let columns =
        "n.id, n.kind, n.recipient, n.person, n.day, n.created, n.reason, n.evidence::text, n.next_step, n.link"

    /// - Throws: ``PostgresError`` of the kind `.decoding` where a column holds what scoring never writes.
    static func read(_ row: Row) throws(PostgresError) -> DueNotice {
        let kindName = try row.text(1)
        guard let kind = NoticeKind(rawValue: kindName) else {
            throw PostgresError(.decoding, "notice.notice.kind: unknown kind \(kindName)")
        }
        return DueNotice(
            id: try row.int8(0), kind: kind, addressee: PersonID(unchecked: try row.text(2)),
            person: try row.optionalText(3).map(PersonID.init(unchecked:)),
            day: Day(number: Int(try row.date(4).daysSince1970)),
            created: Instant(microseconds: try row.timestamptz(5).microsecondsSince1970), reason: try row.text(6),
            evidence: try evidence(row.text(7)), nextStep: try row.text(8), link: try row.text(9))
    }

    /// `[{"source": …, "id": …}]`
    private static func evidence(_ json: String) throws(PostgresError) -> [EventIdentity] {
        do {
            let items = try JSONParser.parse(json).array ?? []
            return items.compactMap { item in
                guard let source = item["source"]?.string, let id = item["id"]?.string else { return nil }
                return EventIdentity(source: source, id: id)
            }
        } catch {
            throw PostgresError(.decoding, "notice.notice.evidence: not JSON")
        }
    }
}
