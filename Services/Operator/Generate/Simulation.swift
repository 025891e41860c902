import Models

/// The state of a generated organisation, moved on a day at a time.
struct Simulation {
    /// Something that happens on a day. People and gaps are places in the simulation's arrays.
    enum Task {
        case define(role: RoleID)
        case assign(person: Int)
        case acknowledge(person: Int)
        case coach(person: Int)
        case coachOutside(person: Int)
        case converse(person: Int)
        case giveFeedback(person: Int)
        case takeLeave(person: Int)
        case learn(person: Int)
        case identifyGap(person: Int, isNeglected: Bool)
        case act(gap: Int)
        case observe(gap: Int)
        case measure(gap: Int)
        case close(gap: Int)
        case climb(gap: Int)
        case requestTraining(manager: Int)
        case complete(person: Int, programme: ProgrammeID, gap: Int?, by: Int?)
        case contest(EventIdentity, person: Int)
        case resolve(EventIdentity, person: Int)
        case retract(EventIdentity, by: Int)
        case turnover
        case succeed(leaver: Int)
        case contestLatest
        case completeOpenGap(person: Int)
        case joinUnclear
        case promote
        case takeLongLeave(person: Int)
    }

    struct Gap {
        let id: GapID
        let person: Int
        let cause: Cause
        let metric: Metric?
        let identified: Int
        /// The day by which the manager means to have closed it.
        let goal: Int
        /// Whether nobody does anything about it.
        let isNeglected: Bool
        var isOpen = true
    }

    let first: Day
    let days: Int
    let key: String
    var random: RandomSource
    var staff: Staff
    /// The people under each, by what the staff says, also where they have left.
    private(set) var reports: [[Int]]
    /// Nil for people who lead nobody.
    var styles: [LeadershipStyle?]
    var isActive: [Bool]
    /// People of the staff who join later.
    var joiners: [Int] = []
    /// The latest leave of each person, as days of the simulation; empty before the first.
    var leave: [ClosedRange<Int>?]
    var gaps: [Gap] = []
    var openGap: [Int?]
    var lastSession: [Int?]
    /// People whose manager does not coach them from a day on, so that something is due on the last one.
    var uncoachedFrom: [Int: Int] = [:]
    /// People whose gaps are planned, so that none comes by habit.
    var hasPlannedGap: Set<Int> = []
    /// The day in hand, from 0.
    var today = -1
    var latestEvidence: (identity: EventIdentity, person: Int)?
    private var agenda: [[Task]]
    private var events: [Event] = []
    private var serial = 0
    private(set) var requests = 0

    init(staff: Staff, random: RandomSource, days: Int, until: Day, key: String) {
        self.staff = staff
        self.random = random
        self.days = days
        self.key = key
        first = until - (days - 1)
        let count = staff.members.count
        styles = Array(repeating: nil, count: count)
        isActive = Array(repeating: true, count: count)
        leave = Array(repeating: nil, count: count)
        openGap = Array(repeating: nil, count: count)
        lastSession = Array(repeating: nil, count: count)
        agenda = Array(repeating: [], count: days)
        reports = Array(repeating: [], count: count)
        for (person, member) in staff.members.enumerated() {
            if let manager = member.manager { reports[manager].append(person) }
        }
        dealStyles()
        begin()
        prepareLastDay()
    }

    /// The events of the next day in their order; nil when the days are over. May be empty.
    mutating func nextDay() -> [Event]? {
        guard today + 1 < days else { return nil }
        today += 1
        events.removeAll(keepingCapacity: true)
        // By place, because tasks may add others to the same day.
        var place = 0
        while place < agenda[today].count {
            perform(agenda[today][place])
            place += 1
        }
        agenda[today] = []
        return events.sorted(by: Event.precedes)
    }

    private mutating func perform(_ task: Task) {
        switch task {
        case .define(let role): define(role)
        case .assign(let person): assign(person)
        case .acknowledge(let person): acknowledge(person)
        case .coach(let person): coach(person)
        case .coachOutside(let person): coachOutside(person)
        case .converse(let person): converse(person)
        case .giveFeedback(let person): giveFeedback(person)
        case .takeLeave(let person): takeLeave(person)
        case .learn(let person): learn(person)
        case .identifyGap(let person, let isNeglected): identifyGap(person, isNeglected: isNeglected)
        case .act(let gap): act(on: gap)
        case .observe(let gap): observe(gap)
        case .measure(let gap): measure(gap)
        case .close(let gap): close(gap)
        case .climb(let gap): climb(gap)
        case .requestTraining(let manager): requestTraining(manager)
        case .complete(let person, let programme, let gap, let by): complete(person, programme, gap: gap, by: by)
        case .contest(let identity, let person): contest(identity, by: person)
        case .resolve(let identity, let person): resolve(identity, about: person)
        case .retract(let identity, let by): retract(identity, by: by)
        case .turnover: turnover()
        case .succeed(let leaver): succeed(leaver)
        case .contestLatest: contestLatest()
        case .completeOpenGap(let person): completeOpenGap(of: person)
        case .joinUnclear: join(isClear: false)
        case .promote: promote()
        case .takeLongLeave(let person): takeLongLeave(person)
        }
    }

    // MARK: For the extensions

    /// Puts a task on a day to come, on the Monday after where that is a weekend; drops it where the days are over.
    mutating func schedule(_ task: Task, in days: Int) {
        var day = today + days
        let weekday = (first + day).weekday
        if weekday > 5 { day += 8 - weekday }
        scheduleExactly(task, on: day)
    }

    mutating func scheduleExactly(_ task: Task, on day: Int) {
        guard agenda.indices.contains(day), day > today || (day == today && today >= 0) else { return }
        agenda[day].append(task)
    }

    /// Records an event of today, at a working hour; on the last day in the night, so that none lies in the future of
    /// whoever generates until today.
    @discardableResult
    mutating func emit(_ source: String, _ payload: Payload, isFirstOfDay: Bool = false) -> EventIdentity {
        serial += 1
        let identity = EventIdentity(source: source, id: "\(key)-\(serial)")
        let second: Int
        if isFirstOfDay {
            second = 0
        } else if today == days - 1 {
            second = random.int(in: 60...2 * 3_600)
        } else {
            second = random.int(in: 7 * 3_600...17 * 3_600)
        }
        events.append(
            Event(
                identity: identity, time: Instant(startOf: first + today).adding(seconds: second), payload: payload))
        return identity
    }

    func id(_ person: Int) -> PersonID { staff.members[person].id }

    /// Who owns a person's performance today: what a leaver leaves falls to the next active leader above.
    func owner(of person: Int) -> Int? {
        var next = staff.members[person].manager
        var steps = 0
        while let manager = next, !isActive[manager], steps < staff.members.count {
            next = staff.members[manager].manager
            steps += 1
        }
        return next == person ? nil : next
    }

    /// Puts a person under another manager.
    mutating func setManager(of person: Int, to manager: Int?) {
        if let old = staff.members[person].manager { reports[old].removeAll { $0 == person } }
        staff.members[person].manager = manager
        if let manager { reports[manager].append(person) }
    }

    func style(of manager: Int) -> LeadershipStyle { styles[manager] ?? .mixed }

    func isAway(_ person: Int) -> Bool { leave[person]?.contains(today) ?? false }

    mutating func nextRequest() -> RequestID {
        requests += 1
        return RequestID(unchecked: "request-\(requests)")
    }
}
