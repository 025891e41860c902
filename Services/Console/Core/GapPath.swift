import Models

/// One gap's path as a person reads it: expectation → gap → cause → path → changed behaviour → outcome.
///
/// Pure: built from the events in force that name the gap.
struct GapPath: Sendable {
    /// The stations of the path, in their order.
    enum Station: String, CaseIterable, Sendable {
        case expectation
        case gap
        case cause
        case path
        case behaviour
        case outcome
    }

    /// One thing that happened at a station.
    struct Entry: Hashable, Sendable {
        let station: Station
        let day: Day
        let text: String
        let event: EventIdentity
    }

    enum State: String, Sendable {
        case open
        case closed
        case roleChanged = "role changed"
        case withdrawn
    }

    let identification: Event
    let person: PersonID
    let cause: Cause
    /// What the gap is about, in its own words or its identifier.
    let summary: String
    let state: State
    let entries: [Entry]

    /// - Parameters:
    ///   - events: The events in force that name the gap, in any order.
    ///   - name: How a person is called on the page.
    /// - Returns: `nil` where no identification is among them.
    init?(gap: GapID, events: [Event], name: (PersonID) -> String) {
        let ordered = events.sorted { $0.order < $1.order }
        let found = ordered.lazy.compactMap { event -> (Event, GapIdentified)? in
            if case .gapIdentified(let data) = event.payload { (event, data) } else { nil }
        }.first
        guard let (first, data) = found else { return nil }
        identification = first
        person = data.person
        cause = data.cause
        summary = data.summary ?? "Gap \(gap.rawValue)"

        var entries = Self.opening(first, data, name: name)
        var state = State.open
        for event in ordered {
            // The smallest closing on or after the identification's day ends the gap; what says so later is ignored.
            if case .gapClosed(let closing) = event.payload {
                guard state == .open, event.day >= first.day else { continue }
                state = State(closing.outcome)
            }
            if let entry = Self.entry(of: event, metric: data.metric, name: name) { entries.append(entry) }
        }
        self.state = state
        self.entries = entries
    }

    private static func opening(_ event: Event, _ data: GapIdentified, name: (PersonID) -> String) -> [Entry] {
        var entries: [Entry] = []
        if let expectation = data.expectation {
            entries.append(
                Entry(station: .expectation, day: event.day, text: expectation.rawValue, event: event.identity))
        }
        let by = data.identifiedBy.map { " by \(name($0))" } ?? ""
        let metric = data.metric.map { metric in
            let unit = metric.unit.map { " \($0)" } ?? ""
            return ": \(metric.name) at \(Figure.short(metric.baseline)), target \(Figure.short(metric.target))\(unit)"
        }
        entries.append(
            Entry(station: .gap, day: event.day, text: "Identified\(by)\(metric ?? "")", event: event.identity))
        entries.append(
            Entry(station: .cause, day: event.day, text: word(data.cause), event: event.identity))
        return entries
    }

    private static func entry(of event: Event, metric: Metric?, name: (PersonID) -> String) -> Entry? {
        func at(_ station: Station, _ text: String) -> Entry {
            Entry(station: station, day: event.day, text: text, event: event.identity)
        }
        switch event.payload {
        case .gapAction(let data):
            let stage = data.stage == .planned ? "plans" : "took"
            return at(.path, "\(name(data.by)) \(stage) \(word(data.kind))")
        case .coachingHeld(let data):
            switch data.by {
            case .coach(let coach):
                let observed = data.observed == true ? ", having observed" : ""
                let context = data.context.map { " in \(word($0.kind))" } ?? ""
                return at(.path, "\(name(coach)) coached\(context)\(observed)")
            case .provider(let kind, let provider):
                let whom = provider ?? (kind == .external ? "an outside coach" : "a tool")
                return at(.path, "Coaching by \(whom), beside the line")
            }
        case .feedbackGiven(let data):
            return at(.path, "Feedback from \(name(data.from))")
        case .trainingRequested(let data):
            return at(.path, "\(name(data.requestedBy)) asked for training")
        case .trainingCompleted(let data):
            return at(.path, "\(name(data.person)) completed \(data.programme.rawValue)")
        case .behaviourObserved(let data):
            return at(.behaviour, "\(name(data.observer)) saw level \(Figure.short(data.level)) of 4")
        case .outcomeMeasured(let data):
            let what = metric?.name ?? "Value"
            return at(.outcome, "\(what) at \(Figure.short(data.value))")
        case .gapClosed(let data):
            let by = data.by.map { " by \(name($0))" } ?? ""
            return at(.outcome, "Ended as \(word(data.outcome))\(by)")
        default:
            return nil
        }
    }

    /// A raw value of the catalogue as words.
    private static func word<Value: RawRepresentable>(_ value: Value) -> String where Value.RawValue == String {
        String(value.rawValue.map { $0 == "_" ? " " : $0 })
    }
}

extension GapPath.State {
    init(_ outcome: GapOutcome) {
        switch outcome {
        case .closed: self = .closed
        case .roleChanged: self = .roleChanged
        case .withdrawn: self = .withdrawn
        }
    }
}
