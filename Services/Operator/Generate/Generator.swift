import Models

/// A realistic organisation's events, in the order of time, the same for the same input: it reads no clock, and nothing
/// in it depends on the order of a hash table.
///
/// Events are made a day at a time, so that memory grows with the people and not with the days.
struct Generator: Sequence, Sendable {
    private let staff: Staff
    private let random: RandomSource
    private let days: Int
    private let until: Day
    private let key: String

    /// - Parameters:
    ///   - people: Who is in the organisation, `1...1_000_000`, those who join and leave included.
    ///   - days: How many days are told, `1...36_500`.
    ///   - until: The last of them.
    /// - Throws: ``InvalidValue`` where a number is out of its range.
    init(people: Int, days: Int, until: Day, seed: UInt64) throws(InvalidValue) {
        guard (1...1_000_000).contains(people) else {
            throw InvalidValue(field: "people", expected: "a number in 1...1000000", got: "\(people)")
        }
        var random = RandomSource(seed: seed)
        let staff = Staff(people: people, random: &random)
        try self.init(
            staff: staff, random: random, days: days, until: until, key: "\(people)-\(days)-\(until.number)-\(seed)")
    }

    /// Behaviour over an organisation that an HR system describes: nothing about who works where.
    ///
    /// - Throws: ``InvalidValue`` where a number is out of its range, or the file has nobody on `until`.
    init(over snapshot: HRISSnapshot, days: Int, until: Day, seed: UInt64) throws(InvalidValue) {
        let staff = Staff(snapshot: snapshot, on: until)
        guard !staff.members.isEmpty else {
            throw InvalidValue(field: "over", expected: "somebody who works there on \(until)", got: "nobody")
        }
        try self.init(
            staff: staff, random: RandomSource(seed: seed), days: days, until: until,
            key: "over\(staff.members.count)-\(days)-\(until.number)-\(seed)")
    }

    private init(staff: Staff, random: RandomSource, days: Int, until: Day, key: String) throws(InvalidValue) {
        guard (1...36_500).contains(days) else {
            throw InvalidValue(field: "days", expected: "a number in 1...36500", got: "\(days)")
        }
        guard (Day.first + days...Day.last).contains(until) else {
            throw InvalidValue(
                field: "until", expected: "a day from \(Day.first + days) to \(Day.last)", got: "\(until)")
        }
        self.staff = staff
        self.random = random
        self.days = days
        self.until = until
        self.key = key
    }

    func makeIterator() -> Iterator {
        Iterator(Simulation(staff: staff, random: random, days: days, until: until, key: key))
    }

    struct Iterator: IteratorProtocol {
        private var simulation: Simulation
        private var day: ArraySlice<Event> = []

        fileprivate init(_ simulation: Simulation) {
            self.simulation = simulation
        }

        mutating func next() -> Event? {
            while day.isEmpty {
                guard let events = simulation.nextDay() else { return nil }
                day = events[...]
            }
            return day.popFirst()
        }
    }
}
