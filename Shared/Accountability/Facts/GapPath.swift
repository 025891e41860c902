import Models

/// One gap from its identification on: what was done, seen and measured.
struct GapPath {
    struct End {
        let day: Int
        let outcome: GapOutcome
        let evidence: EventOrder

        /// Ended and not withdrawn.
        var isClosed: Bool { outcome != .withdrawn }
    }

    struct Action {
        let day: Int
        /// The place in the organisation; -1 for somebody it doesn't know.
        let by: Int
        let evidence: EventOrder
    }

    struct Observation {
        let day: Int
        let level: Double
        let observer: Int
        let evidence: EventOrder
    }

    struct Measurement {
        let day: Int
        let value: Double
        let evidence: EventOrder
    }

    let gap: GapID
    let cause: Cause
    let metric: Metric?
    /// The identification's day, `i`.
    let identified: Int
    let evidence: EventOrder
    /// The first end on or after the identification's day.
    private(set) var end: End?
    /// Those with stage `taken`.
    private(set) var actions: [Action] = []
    /// In the order of events.
    private(set) var observations: [Observation] = []
    /// In the order of events.
    private(set) var measurements: [Measurement] = []

    init(_ data: GapIdentified, _ evidence: EventOrder) {
        gap = data.gap
        cause = data.cause
        metric = data.metric
        identified = evidence.day
        self.evidence = evidence
    }

    mutating func add(actionBy person: Int, _ evidence: EventOrder) {
        actions.append(Action(day: evidence.day, by: person, evidence: evidence))
    }

    mutating func add(_ outcome: GapOutcome, _ evidence: EventOrder) {
        if evidence.day < identified { return }
        if let end, end.evidence < evidence { return }
        end = End(day: evidence.day, outcome: outcome, evidence: evidence)
    }

    mutating func add(level: Double, by observer: Int, _ evidence: EventOrder) {
        observations.append(
            Observation(day: evidence.day, level: level, observer: observer, evidence: evidence))
    }

    mutating func add(value: Double, _ evidence: EventOrder) {
        measurements.append(Measurement(day: evidence.day, value: value, evidence: evidence))
    }

    /// Puts in order what was added.
    mutating func finish() {
        if observations.count > 1 { observations.sort { $0.evidence < $1.evidence } }
        if measurements.count > 1 { measurements.sort { $0.evidence < $1.evidence } }
    }

    func hasEnded(before day: Int) -> Bool {
        end.map { $0.day < day } ?? false
    }

    func hasEnded(by day: Int) -> Bool {
        hasEnded(before: day + 1)
    }

    /// The last observation on a day of the range; by anybody other than one person, where one is named.
    func lastObservation(in days: DayRange, notBy other: Int? = nil) -> Observation? {
        observations.last { days.contains($0.day) && $0.observer != other }
    }

    func lastMeasurement(in days: DayRange) -> Measurement? {
        measurements.last { days.contains($0.day) }
    }

    /// How far a value is from baseline to target, in `0...1`; `nil` on a gap without a metric.
    func progress(of value: Double) -> Fraction? {
        guard let metric else { return nil }
        let baseline = Fraction(shortestDecimalOf: metric.baseline)
        let span = Fraction(shortestDecimalOf: metric.target) - baseline
        let progress = (Fraction(shortestDecimalOf: value) - baseline) / span
        return min(max(progress, .zero), .one)
    }
}

extension EventOrder {
    /// The number of the fact's day.
    var day: Int { time.day.number }
}
