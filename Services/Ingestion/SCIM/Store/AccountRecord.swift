import EventLog
import Models
import Postgres

/// A row of `scim.account` (V0060).
struct AccountRecord: Sendable {
    let id: UUIDBytes
    var version: Int
    let created: Instant
    var modified: Instant
    var document: JSONObject
    /// The person that the manager reference stands for, and the account where it names one.
    var manager: Manager
    /// The unit by its groups.
    var unit: String?
    /// How many events it has become.
    var events: Int
    /// When the last of them happened; `nil` before the first.
    var lastEvent: Instant?

    struct Manager: Hashable, Sendable {
        var person: PersonID?
        var account: UUIDBytes?

        static let none = Manager(person: nil, account: nil)
    }

    /// The columns that ``init(_:)`` reads, of a row called `a`. The time of the last event is null before the first.
    static let columns = """
        a.id, a.version, a.created, a.modified, a.document, a.manager, a.manager_account, a.unit, a.events,
        nullif(a.last_event, '-infinity'), a.ordinal
        """

    init(_ row: Row) throws {
        id = try row.uuid(0)
        version = try row.int(1)
        created = Instant(try row.timestamptz(2))
        modified = Instant(try row.timestamptz(3))
        document = try JSONParser.parse(try row.utf8(4)).object ?? JSONObject()
        manager = Manager(
            person: try row.optionalText(5).map(PersonID.init(unchecked:)), account: try row.optionalUUID(6))
        unit = try row.optionalText(7)
        events = try row.int(8)
        lastEvent = try row.optionalTimestamptz(9).map { Instant($0) }
    }

    /// A new one, before it has a row.
    init(id: UUIDBytes, document: JSONObject, at now: Instant) {
        self.id = id
        version = 1
        created = now
        modified = now
        self.document = document
        manager = .none
        events = 0
    }

    /// What it says about its person.
    func assignment() throws(SCIMError) -> PersonUpdated {
        // The day is the event's.
        try SCIMUser(document).assignment(manager: manager.person, group: unit, from: .first)
    }

    /// The events that lie between an earlier state of this account and this one; counts them.
    mutating func events(since before: PersonUpdated?, at now: Instant) throws(SCIMError) -> [Event] {
        let time = max(now, lastEvent.map { Instant(microseconds: $0.microseconds + 1) } ?? now)
        let found = AssignmentChange(before: before, after: try assignment())
            .events(account: id, from: events + 1, at: time)
        if !found.isEmpty {
            events += found.count
            lastEvent = time
        }
        return found
    }

    var representation: SCIMRepresentation {
        SCIMRepresentation(
            type: .user, id: id, version: version, created: created, modified: modified, document: document)
    }
}
