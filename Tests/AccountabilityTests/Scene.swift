import Accountability
import Models

/// A small scene, told in days before the scored one. Everybody reports up the line `p`, `m`, `n`, `o`.
struct Scene {
    static let today = Day(number: 20_000)

    private(set) var events: [Event] = []

    /// - Parameter line: Days since when the line stands.
    init(line: Int = 400) {
        add(line, .personUpdated(assignment(id("p"), manager: id("m"), line)))
        add(line, .personUpdated(assignment(id("m"), manager: id("n"), line)))
        add(line, .personUpdated(assignment(id("n"), manager: id("o"), line)))
        add(line, .personUpdated(assignment(id("o"), manager: nil, line)))
    }

    /// Adds an event of so many days ago.
    @discardableResult
    mutating func add(_ daysAgo: Int, _ payload: Payload) -> EventIdentity {
        let identity = EventIdentity(source: "/scene", id: "\(events.count)")
        let time = Instant(startOf: Self.today - daysAgo).adding(seconds: 43_200)
        events.append(Event(identity: identity, time: time, payload: payload))
        return identity
    }

    mutating func coach(_ daysAgo: Int, gap: String? = nil) {
        let gap = gap.map(GapID.init(unchecked:))
        add(daysAgo, .coachingHeld(CoachingHeld(person: id("p"), by: .coach(id("m")), gap: gap)))
    }

    mutating func identify(_ daysAgo: Int, cause: Cause = .skill) {
        add(daysAgo, .gapIdentified(GapIdentified(gap: id("g"), person: id("p"), cause: cause)))
    }

    func assignment(_ person: PersonID, manager: PersonID?, _ daysAgo: Int, active: Bool = true) -> PersonUpdated {
        PersonUpdated(
            person: person, effectiveFrom: Self.today - daysAgo, active: active, manager: manager, role: id("r"))
    }

    /// What arises about `p` on days counted from the scored one; 0 is the scored day.
    func situations(
        _ kind: NoticeKind, days: ClosedRange<Int> = 0...0, arrived: Set<EventIdentity> = []
    ) -> [Situation] {
        let inForce = Corrections.inForce(events, asOf: Self.today)
        let scorer = UnitScorer(organization: Organization(events: inForce, asOf: Self.today), policy: .standard)
        let unit = UnitIndex(inForce).facts(of: id("p"))
        let range = Self.today + days.lowerBound...Self.today + days.upperBound
        return scorer.situations(of: unit, days: range, arrived: arrived).filter { $0.kind == kind }
    }
}

/// An identifier, of the kind that is wanted.
func id<Kind>(_ rawValue: String) -> Identifier<Kind> {
    Identifier(unchecked: rawValue)
}
