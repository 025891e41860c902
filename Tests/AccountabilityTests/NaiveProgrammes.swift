import Models

/// A programme's measures as `scoring-model.md` says them, completion by completion.
struct NaiveProgrammes {
    struct Row: Equatable {
        var delivered = 0
        var linked = 0
        var followupTrials = 0
        var followups = 0
        var changeTrials = 0
        var changed = 0
    }

    private(set) var rows: [ProgrammeID: Row] = [:]
    private let events: [Event]
    private let today: Day

    /// - Parameter events: In force, in the order of events.
    init(_ events: [Event], today: Day) {
        self.events = events
        self.today = today
        for event in events where (today - 179...today).contains(event.day) {
            if case .trainingCompleted(let data) = event.payload { count(data, on: event.day) }
        }
    }

    private mutating func count(_ completion: TrainingCompleted, on day: Day) {
        var row = rows[completion.programme] ?? Row()
        defer { rows[completion.programme] = row }
        row.delivered += 1
        guard let gap = completion.gap, isLinked(gap, to: completion.person, by: day) else { return }
        row.linked += 1
        let before = levels(of: gap) { $0 <= day }
        let after = levels(of: gap) { day < $0 && $0 <= day + 90 && $0 <= today }
        if day + 90 < today {
            row.followupTrials += 1
            if !after.isEmpty { row.followups += 1 }
        }
        guard let first = before.last, let last = after.last else { return }
        row.changeTrials += 1
        if last > first { row.changed += 1 }
    }

    private func isLinked(_ gap: GapID, to person: PersonID, by day: Day) -> Bool {
        // The smallest identification says whose it is, whatever later ones say.
        for event in events {
            guard case .gapIdentified(let data) = event.payload, data.gap == gap else { continue }
            return data.person == person && event.day <= day
        }
        return false
    }

    private func levels(of gap: GapID, on isWanted: (Day) -> Bool) -> [Double] {
        events.compactMap { event in
            guard case .behaviourObserved(let data) = event.payload, data.gap == gap, isWanted(event.day) else {
                return nil
            }
            return data.level
        }
    }
}
