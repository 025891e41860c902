/// Follows assignments through leavers to the active manager who owns a person's performance.
struct TenureResolver {
    private let assignments: Ragged<Assignment>
    private let presence: Ragged<Presence>
    /// The last walk that came by a person, so that a repeated person is seen at once.
    private var visits: [Int]
    private var walk = 0

    /// - Parameters:
    ///   - presence: Of the same people.
    ///   - people: How many there are, those without an assignment included.
    init(_ assignments: Ragged<Assignment>, _ presence: Ragged<Presence>, people: Int) {
        self.assignments = assignments
        self.presence = presence
        visits = Array(repeating: 0, count: people)
    }

    /// By person, ascending and disjoint; neighbours have different managers or days between them.
    consuming func tenures() -> Ragged<Tenure> {
        var resolver = self
        var tenures = Ragged<Tenure>()
        for person in 0..<resolver.assignments.count { tenures.append(row: resolver.tenures(of: person)) }
        return tenures
    }

    /// Ascending and disjoint, like a row of ``tenures()``.
    mutating func tenures(of person: Int) -> [Tenure] {
        var tenures: [Tenure] = []
        let own = assignments[person]
        for (index, assignment) in zip(own.indices, own) where assignment.isActive && assignment.manager >= 0 {
            let end = index + 1 < own.endIndex ? own[index + 1].from - 1 : Tenure.endless
            var day = assignment.from
            while day <= end {
                let (manager, last) = owner(of: person, naming: assignment.manager, on: day)
                let through = min(last, end)
                if let manager {
                    Self.extend(&tenures, Tenure(person: person, manager: manager, first: day, last: through))
                }
                day = through + 1
            }
        }
        return tenures
    }

    /// The active manager that `named` leads to on `day`, and the last day on which the way there stays as it is.
    private mutating func owner(of person: Int, naming named: Int, on day: Int) -> (manager: Int?, last: Int) {
        walk += 1
        visits[person] = walk
        var last = Tenure.endless
        var candidate = named
        while candidate >= 0, visits[candidate] != walk {
            visits[candidate] = walk
            let changes = presence[candidate]
            let next = changes.partitionPoint { $0.from <= day }
            if next < changes.endIndex { last = min(last, changes[next].from - 1) }
            if next == changes.startIndex { return (nil, last) }
            let current = changes[next - 1]
            if current.isActive { return (candidate, last) }
            candidate = current.successor
        }
        return (nil, last)
    }

    private static func extend(_ tenures: inout [Tenure], _ tenure: Tenure) {
        if let previous = tenures.last, previous.manager == tenure.manager, previous.last + 1 == tenure.first {
            tenures[tenures.count - 1] = Tenure(
                person: tenure.person, manager: tenure.manager, first: previous.first, last: tenure.last)
        } else {
            tenures.append(tenure)
        }
    }
}
