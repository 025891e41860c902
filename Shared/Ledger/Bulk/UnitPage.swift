import Accountability
import Models
import Postgres

/// A page of units with their packed facts, as ``BulkStatements/units(after:through:limit:organization:)`` reads them.
///
/// Not every unit comes this way: those of ``FactsApart`` have to be loaded by ``FactStatements``, and people without
/// facts are on no page.
struct UnitPage: Sendable {
    private let rows: ResultSet

    /// - Parameter rows: Unit and packed facts, in the order of units.
    init(_ rows: ResultSet) {
        self.rows = rows
    }

    var count: Int { rows.count }

    /// The last unit: where the next page begins. Nil where the page is empty.
    var last: PersonID? {
        get throws(PostgresError) {
            try rows.last.map { row throws(PostgresError) in PersonID(unchecked: try row.text(0)) }
        }
    }

    /// One unit of a page.
    struct Unit: Sendable {
        let person: PersonID
        /// In force; see ``UnitFacts/init(sole:events:)``.
        let events: [Event]

        var facts: UnitFacts { UnitFacts(sole: person, events: events) }

        /// The facts without the requests that are some requesters' own by the letter: they name a gap of the
        /// person's whose identifications are not in force.
        ///
        /// - Parameter others: Requesters whose own units are loaded with these requests in them. Of everybody else's
        ///   it makes no difference to sums where they are.
        func facts(leavingTo others: Set<PersonID>) -> UnitFacts {
            others.isEmpty ? facts : facts { others.contains($0) }
        }

        /// The facts as the letter of the model has them: a request is its requester's where its gap's identifications
        /// are not in force.
        var ownFacts: UnitFacts { facts { _ in true } }

        private func facts(leavingTo isOther: (PersonID) -> Bool) -> UnitFacts {
            let foreign = events.indices.filter { index in
                guard case .trainingRequested(let data) = events[index].payload, data.gap != nil,
                    data.requestedBy != person
                else { return false }
                return isOther(data.requestedBy)
            }
            guard !foreign.isEmpty else { return facts }
            var identified: Set<GapID> = []
            for event in events where event.type == .gapIdentified {
                if let gap = event.payload.gap { identified.insert(gap) }
            }
            let left = Set(foreign.filter { !(events[$0].payload.gap.map(identified.contains) ?? false) })
            guard !left.isEmpty else { return facts }
            let own = events.indices.filter { !left.contains($0) }.map { events[$0] }
            return UnitFacts(sole: person, events: own)
        }
    }

    /// Gives each unit of the page, in order.
    ///
    /// - Parameters:
    ///   - isWanted: Which units are read at all.
    ///   - isInForce: Which facts count.
    /// - Throws: ``LedgerError/unreadablePack(unit:)``, ``PostgresError``, and what `body` throws.
    func forEachUnit(
        where isWanted: (PersonID) -> Bool, inForce isInForce: (Event) -> Bool, _ body: (Unit) throws -> Void
    ) throws {
        for row in rows {
            let person = PersonID(unchecked: try row.text(0))
            guard isWanted(person) else { continue }
            var reader = PackedFactReader(try row.optionalBytes(1) ?? [])
            var events: [Event] = []
            do throws(PackedFactReader.Damage) {
                while let event = try reader.next(of: person) {
                    if isInForce(event) { events.append(event) }
                }
            } catch {
                throw LedgerError.unreadablePack(unit: person.rawValue)
            }
            try body(Unit(person: person, events: events))
        }
    }
}
