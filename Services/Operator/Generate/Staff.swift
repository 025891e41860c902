import Models

/// The people whose behaviour is generated, and who leads whom.
struct Staff: Sendable {
    struct Member: Sendable {
        let id: PersonID
        /// The place of the manager in ``Staff/members``.
        var manager: Int?
        var role: RoleID?
        var unit: String?
        let name: String?
        let email: String?
    }

    var members: [Member]
    /// Whether the generator says who works here; false where the HR system has said so already.
    let isGenerated: Bool

    /// The roles that are held, in the order of their bytes.
    var roles: [RoleID] { Set(members.compactMap(\.role)).sorted() }

    /// The people who work there on a day by a snapshot, under the managers of that day.
    init(snapshot: HRISSnapshot, on day: Day) {
        let rows = snapshot.people.compactMap { periods in periods.last { $0.covers(day) } }
        let places = Dictionary(uniqueKeysWithValues: rows.enumerated().map { ($1.person, $0) })
        members = rows.enumerated().map { place, row in
            // A manager who has left or is the person leads nobody here: nobody generates sessions for them.
            let manager = row.manager.flatMap { places[$0] }
            return Member(
                id: row.person, manager: manager == place ? nil : manager, role: row.role, unit: row.unit,
                name: row.name,
                email: row.email)
        }
        isGenerated = false
    }

    /// A tree of so many people: spans of 5 to 12, and here and there a thin one of 1 or 2.
    init(people: Int, random: inout RandomSource) {
        var members: [Member] = []
        members.reserveCapacity(people)
        var next = 0
        while members.count < people {
            guard !members.isEmpty else {
                members.append(Self.member(0, manager: nil, unit: "Executive", isLead: true, random: &random))
                continue
            }
            let manager = next
            next += 1
            // A thin manager only where others wait to lead: else the tree would not grow.
            let isThin = manager > 0 && next < members.count && random.chance(0.12)
            let span = min(isThin ? random.int(in: 1...2) : random.int(in: 5...12), people - members.count)
            for index in 0..<span {
                let unit =
                    manager == 0
                    ? Vocabulary.units[index % Vocabulary.units.count] : members[manager].unit ?? "Executive"
                members.append(
                    Self.member(members.count, manager: manager, unit: unit, isLead: false, random: &random))
            }
        }
        // Who came to lead holds the unit's leading role.
        for index in members.indices.dropFirst() {
            guard let manager = members[index].manager else { continue }
            members[manager].role = Vocabulary.role(unit: members[manager].unit ?? "", isLead: true)
        }
        self.members = members
        isGenerated = true
    }

    private static func member(
        _ number: Int, manager: Int?, unit: String, isLead: Bool, random: inout RandomSource
    ) -> Member {
        let given = random.pick(Vocabulary.givenNames) ?? ""
        let family = random.pick(Vocabulary.familyNames) ?? ""
        let digits = String(number)
        let id = "p" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits
        return Member(
            id: PersonID(unchecked: id), manager: manager, role: Vocabulary.role(unit: unit, isLead: isLead),
            unit: unit,
            name: "\(given) \(family)", email: "\(id)@onus.example")
    }
}
