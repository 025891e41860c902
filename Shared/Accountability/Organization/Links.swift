/// What an update of an ``Organization`` looks up beside it: how a change of one person's assignments reaches others.
struct Links: Sendable {
    /// By person, ascending.
    var presence: Ragged<Presence>
    /// By manager: everybody with an assignment that names them, once each.
    var namers: Ragged<Int>
    /// By manager: the tenures under them.
    var reports: Ragged<Tenure>

    init(_ organization: Organization) {
        let people = organization.interned.values.count
        presence = Self.presence(of: organization.assignments)
        var naming: [Naming] = []
        for person in 0..<organization.assignments.count {
            for manager in Self.named(organization.assignments[person]) {
                naming.append(Naming(manager: manager, person: person))
            }
        }
        namers = Ragged(rows: people, naming) { $0.manager }.map(\.person)
        reports = Ragged(rows: people, organization.tenures.all) { $0.manager }
    }

    /// By person, ascending.
    static func presence(of assignments: Ragged<Assignment>) -> Ragged<Presence> {
        var presence = Ragged<Presence>()
        for person in 0..<assignments.count { presence.append(row: Presence.changes(assignments[person])) }
        return presence
    }

    /// Everybody whom the assignments name.
    static func named(_ assignments: some Sequence<Assignment>) -> Set<Int> {
        Set(assignments.lazy.map(\.manager).filter { $0 >= 0 })
    }

    private struct Naming {
        let manager: Int
        let person: Int
    }

    /// Puts the presence that follows from a person's new assignments in place.
    ///
    /// - Returns: whether it is another than before: then those who name the person may have other managers.
    mutating func assign(_ assignments: [Assignment], to person: Int, before: ArraySlice<Assignment>) -> Bool {
        let names = Self.named(assignments)
        let named = Self.named(before)
        for manager in named.subtracting(names) {
            namers.replace(row: manager, with: namers[manager].filter { $0 != person })
        }
        for manager in names.subtracting(named) {
            namers.replace(row: manager, with: Array(namers[manager]) + [person])
        }
        let changes = Presence.changes(assignments)
        guard changes != Array(presence[person]) else { return false }
        presence.replace(row: person, with: changes)
        return true
    }

    /// Everybody whose way to a manager leads through one of these people: who names them, and who names somebody
    /// that left their people to them.
    func led(through people: some Sequence<Int>) -> Set<Int> {
        var reached: Set<Int> = []
        var passed = Set(people)
        var open = Array(passed)
        while let next = open.popLast() {
            for namer in namers[next] {
                reached.insert(namer)
                let leaves = presence[namer].contains { $0.successor == next }
                if leaves, passed.insert(namer).inserted { open.append(namer) }
            }
        }
        return reached
    }
}
