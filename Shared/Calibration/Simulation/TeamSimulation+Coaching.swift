import Models

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Coaching by the manager and from outside, and the training that is asked for.
extension TeamSimulation {
    /// A session that was held, with whom.
    struct Held {
        let time: Double
        let person: Int
    }

    /// The sessions that were held, ascending.
    mutating func coach() -> [Held] {
        let before = Double(max(policy.cadence, policy.triageLookback) + 100)
        let range = window.lowerBound - before..<window.upperBound
        let byPerson = conduct.sessions.sessions(
            people: team, covering: rates[.coaching], policy: policy, in: range, &random)
        var held: [Held] = []
        for (person, sessions) in byPerson.enumerated() {
            var last: (occasion: Int, isSituational: Bool)?
            for session in sessions {
                let isSituational =
                    last?.occasion == session.occasion
                    ? last?.isSituational ?? false : random.chance(rates[.situational])
                last = (session.occasion, isSituational)
                hold(session.time, person, isSituational: isSituational)
                held.append(Held(time: session.time, person: person))
            }
        }
        if conduct.inventsSessions { inventSessions(range) }
        return held.sorted { $0.time < $1.time }
    }

    /// Sessions that did not happen, as many as make the coverage look like ``pretended``.
    private mutating func inventSessions(_ range: Range<Double>) {
        let rate = (log(1 - rates[.coaching]) - log(1 - Self.pretended)) / Double(policy.cadence)
        for person in 0..<team {
            for time in random.arrivals(rate: max(0, rate), in: range) { hold(time, person, isSituational: true) }
        }
    }

    /// The coverage that a dishonest manager pretends to.
    static let pretended = 0.95

    private mutating func hold(_ time: Double, _ person: Int, isSituational: Bool) {
        add(
            time,
            .coachingHeld(
                CoachingHeld(
                    person: report(person), by: .coach(Self.manager),
                    context: CoachingContext(kind: isSituational ? .customerMeeting : .oneOnOne),
                    observed: isSituational)))
    }

    mutating func bringInOutsideCoaches() {
        for person in 0..<team where random.chance(workload.outside) {
            for time in random.arrivals(rate: workload.outsideSessions, in: window) {
                add(
                    time,
                    .coachingHeld(CoachingHeld(person: report(person), by: .provider(kind: .external, name: nil))))
            }
        }
    }

    /// A request that is right names an old gap of somebody whom the manager has coached lately. Any other is asked for in
    /// place of leadership.
    ///
    /// Where nobody was coached lately the request waits for the next session, right or not, and where there is none it
    /// isn't made: else the share of right ones would hang on how much is coached.
    mutating func requestTraining(after sessions: [Held]) {
        let lookback = Double(policy.triageLookback)
        var known: Set<Int> = []
        let range = window.lowerBound - 100..<window.upperBound
        for (number, time) in random.arrivals(rate: workload.requests * Double(team), in: range).enumerated() {
            let request = RequestID(unchecked: "r\(number)")
            let isRight = random.chance(rates[.triage])
            let recent = sessions.filter { $0.time <= time && Int($0.time) >= Int(time - lookback) }
            guard let next = recent.last ?? sessions.first(where: { $0.time > time }) else { continue }
            guard isRight else {
                add(
                    max(time, next.time),
                    .trainingRequested(TrainingRequested(request: request, requestedBy: Self.manager)))
                continue
            }
            let session = random.pick(recent) ?? next
            let gap = GapID(unchecked: "o\(session.person)")
            if known.insert(session.person).inserted { closeOldGap(gap, of: session.person) }
            add(
                max(time, session.time),
                .trainingRequested(TrainingRequested(request: request, requestedBy: Self.manager, gap: gap)))
        }
    }

    /// A gap that came and went long before the window, so that it gives no trial but can be named.
    private mutating func closeOldGap(_ gap: GapID, of person: Int) {
        let time = window.lowerBound - Double(policy.closureDue + policy.actionDue + policy.triageLookback + 200)
        add(time, .gapIdentified(GapIdentified(gap: gap, person: report(person), cause: .skill)))
        add(time + 1, .gapClosed(GapClosed(gap: gap, outcome: .closed)))
    }
}
