package import Models

/// Reads a unit's facts into the courses of its gaps. Units are independent of each other, so that facts can stream.
package struct GapCourseReader: Sendable {
    private let organization: Organization
    private let verifiedLevel: Double
    private let verifiedProgress: Fraction

    /// - Parameters:
    ///   - organization: As of the scored day.
    ///   - policy: Says from when on a closure is verified.
    package init(organization: Organization, policy: Policy) {
        self.organization = organization
        verifiedLevel = policy.verifiedLevel
        verifiedProgress = Fraction(shortestDecimalOf: policy.verifiedProgress)
    }

    /// The unit's gaps, ordered by identifier.
    ///
    /// - Parameter facts: In force at the organisation's day; see ``UnitFacts``.
    package func courses(of facts: UnitFacts) -> [GapCourse] {
        var gaps: [GapID: Draft] = [:]
        for member in facts.members {
            guard case .gapIdentified(let data) = facts.store[member.event].payload else { continue }
            gaps[data.gap] = Draft(path: GapPath(data, facts.store[member.event].order))
        }
        guard !gaps.isEmpty else { return [] }
        var completions: [(completion: GapCourse.Completion, order: EventOrder)] = []
        for member in facts.members {
            let event = facts.store[member.event]
            if case .trainingCompleted(let data) = event.payload {
                completions.append(
                    (
                        GapCourse.Completion(programme: data.programme, gap: data.gap, day: event.day.number),
                        event.order
                    ))
            }
            guard let gap = event.payload.gap else { continue }
            gaps[gap]?.read(event, organization)
        }
        completions.sort { $0.order < $1.order }
        let person = organization.place(of: facts.person)
        return gaps.values.sorted { $0.path.gap < $1.path.gap }.map { draft in
            course(draft, of: facts.person, at: person, completions.map(\.completion))
        }
    }

    private func course(
        _ draft: Draft, of person: PersonID, at place: Int, _ completions: [GapCourse.Completion]
    ) -> GapCourse {
        var path = draft.path
        path.finish()
        let owner = organization.manager(ofPlace: place, on: path.identified)
        return GapCourse(
            gap: path.gap, person: person, team: owner < 0 ? person : organization.people[owner], cause: path.cause,
            identified: path.identified, end: path.end.map { end(of: path, $0, place) }, steps: draft.steps,
            levels: path.observations.map { GapCourse.Reading(day: $0.day, value: $0.level) },
            progress: path.measurements.compactMap { measurement in
                path.progress(of: measurement.value).map {
                    GapCourse.Reading(day: measurement.day, value: $0.doubleValue)
                }
            },
            completions: completions)
    }

    /// As the measure closure verifies, over all days of the gap: the observer is somebody other than the manager who
    /// owned the person's performance when it closed.
    private func end(of path: GapPath, _ end: GapPath.End, _ person: Int) -> GapCourse.End {
        guard end.isClosed else { return GapCourse.End(day: end.day, ending: .withdrawn) }
        let days = DayRange(first: path.identified, last: end.day)
        let manager = organization.manager(ofPlace: person, on: end.day)
        let observed = path.lastObservation(in: days, notBy: manager < 0 ? nil : manager)
        let measured = path.lastMeasurement(in: days).flatMap { path.progress(of: $0.value) }
        let isVerified =
            end.outcome == .roleChanged || observed.map { $0.level >= verifiedLevel } ?? false
            || measured.map { $0 >= verifiedProgress } ?? false
        return GapCourse.End(day: end.day, ending: isVerified ? .verified : .unverified)
    }
}

/// What is read so far of a gap.
private struct Draft {
    var path: GapPath
    var steps = GapCourse.Steps()

    /// - Parameter event: Names the gap.
    mutating func read(_ event: Event, _ organization: Organization) {
        switch event.payload {
        case .gapClosed(let data):
            path.add(data.outcome, event.order)
        case .behaviourObserved(let data):
            path.add(level: data.level, by: organization.place(of: data.observer), event.order)
        case .outcomeMeasured(let data):
            path.add(value: data.value, event.order)
        case .coachingHeld:
            note(\.coaching, event.day.number)
        case .trainingCompleted:
            note(\.training, event.day.number)
        case .gapAction(let data) where data.stage == .taken:
            switch data.kind {
            case .coaching: note(\.coaching, event.day.number)
            case .training: note(\.training, event.day.number)
            case .process, .tool: note(\.processOrTool, event.day.number)
            case .roleChange: note(\.roleChange, event.day.number)
            }
        default:
            break
        }
    }

    private mutating func note(_ step: WritableKeyPath<GapCourse.Steps, Int?>, _ day: Int) {
        guard day >= path.identified else { return }
        steps[keyPath: step] = min(steps[keyPath: step] ?? day, day)
    }
}
