package import Accountability
package import Models

/// Exact trials and credit by manager and by programme: those of one unit, the sum of many, or a difference.
package struct Contributions: Hashable, Sendable {
    package private(set) var managers: [PersonID: Contribution]
    package private(set) var programmes: [ProgrammeID: ProgrammeContribution]

    package init(
        managers: [PersonID: Contribution] = [:], programmes: [ProgrammeID: ProgrammeContribution] = [:]
    ) {
        self.managers = managers.filter { !$0.value.isEmpty }
        self.programmes = programmes.filter { !$0.value.isEmpty }
    }

    package var isEmpty: Bool { managers.isEmpty && programmes.isEmpty }

    package static func + (left: Self, right: Self) -> Self {
        var sum = left
        sum += right
        return sum
    }

    package static func += (left: inout Self, right: Self) {
        for (manager, contribution) in right.managers {
            left.change(manager) { $0 += contribution }
        }
        for (programme, contribution) in right.programmes {
            left.change(programme) { $0 += contribution }
        }
    }

    package static func -= (left: inout Self, right: Self) {
        for (manager, contribution) in right.managers {
            left.change(manager) { $0 -= contribution }
        }
        for (programme, contribution) in right.programmes {
            left.change(programme) { $0 -= contribution }
        }
    }

    // What comes to nothing has no entry, so that equal sums are equal values.

    private mutating func change(_ manager: PersonID, _ change: (inout Contribution) -> Void) {
        change(&managers[manager, default: Contribution()])
        if managers[manager]?.isEmpty == true { managers[manager] = nil }
    }

    private mutating func change(_ programme: ProgrammeID, _ change: (inout ProgrammeContribution) -> Void) {
        change(&programmes[programme, default: ProgrammeContribution()])
        if programmes[programme]?.isEmpty == true { programmes[programme] = nil }
    }

    /// Those who have anything here.
    var subjects: Set<Subject> {
        Set(managers.keys.map(Subject.manager)).union(programmes.keys.map(Subject.programme))
    }

    /// What a subject has here, as stored; nil where it has nothing.
    func body(of subject: Subject) -> [UInt8]? {
        switch subject {
        case .manager(let manager): managers[manager]?.encoded
        case .programme(let programme): programmes[programme]?.encoded
        }
    }

    /// Adds what others give to a subject.
    mutating func add(_ other: Contributions, of subject: Subject) {
        switch subject {
        case .manager(let manager):
            if let contribution = other.managers[manager] { change(manager) { $0 += contribution } }
        case .programme(let programme):
            if let contribution = other.programmes[programme] { change(programme) { $0 += contribution } }
        }
    }

    /// Takes away what was stored for a subject.
    ///
    /// - Throws: ``LedgerError/unreadableTally(subject:)``
    mutating func subtract(_ body: [UInt8], of subject: Subject) throws {
        var stored = Contributions()
        try stored.add(body, of: subject)
        self -= stored
    }

    /// Adds what was stored for a subject.
    ///
    /// - Throws: ``LedgerError/unreadableTally(subject:)``
    mutating func add(_ body: [UInt8], of subject: Subject) throws {
        switch subject {
        case .manager(let manager):
            guard let contribution = Contribution(encoded: body) else {
                throw LedgerError.unreadableTally(subject: manager.rawValue)
            }
            self += Contributions(managers: [manager: contribution])
        case .programme(let programme):
            guard let contribution = ProgrammeContribution(encoded: body) else {
                throw LedgerError.unreadableTally(subject: programme.rawValue)
            }
            self += Contributions(programmes: [programme: contribution])
        }
    }
}
