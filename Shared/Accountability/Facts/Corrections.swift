package import Models

/// Which events count at a scored day, after retractions, contests and resolutions.
package struct Corrections: Sendable {
    private let asOf: Day
    /// Of any day: what is retracted never counted.
    private let retracted: Set<EventIdentity>
    /// Retracted, or contested or removed by the last contest or resolution in force up to the scored day. One set, since
    /// each event of an organisation is looked up.
    private let withheld: Set<EventIdentity>

    /// - Parameters:
    ///   - events: All retractions, contests and resolutions, whatever their day, in any order and each identity
    ///     once; other events are passed over.
    ///   - asOf: The scored day.
    package init(_ events: some Sequence<Event>, asOf: Day) {
        var retracted: Set<EventIdentity> = []
        var disputes: [(order: EventOrder, target: EventIdentity, suspends: Bool)] = []
        for event in events {
            switch event.payload {
            case .eventRetracted(let retraction):
                retracted.insert(retraction.event)
            case .evidenceContested(let contest) where event.day <= asOf:
                disputes.append((event.order, contest.event, true))
            case .evidenceResolved(let resolution) where event.day <= asOf:
                disputes.append((event.order, resolution.event, resolution.decision == .removed))
            default:
                break
            }
        }
        var last: [EventIdentity: (order: EventOrder, suspends: Bool)] = [:]
        for dispute in disputes where !retracted.contains(dispute.order.identity) {
            if let other = last[dispute.target], dispute.order < other.order { continue }
            last[dispute.target] = (dispute.order, dispute.suspends)
        }
        self.asOf = asOf
        self.retracted = retracted
        withheld = retracted.union(last.lazy.filter(\.value.suspends).map(\.key))
    }

    /// Whether the event counts at the scored day: it happened by then, and is neither retracted, contested nor
    /// removed.
    package func inForce(_ event: Event) -> Bool {
        guard event.day <= asOf else { return false }
        switch event.type {
        case .eventRetracted:
            return true
        case .evidenceContested, .evidenceResolved:
            return !retracted.contains(event.identity)
        default:
            return !withheld.contains(event.identity)
        }
    }

    /// The events in force: each identity once, the first that comes, personal learning left out.
    package static func inForce(_ events: [Event], asOf: Day) -> [Event] {
        var seen: Set<EventIdentity> = []
        seen.reserveCapacity(events.count)
        var candidates: [Int] = []
        candidates.reserveCapacity(events.count)
        var corrections: [Event] = []
        for index in events.indices where seen.insert(events[index].identity).inserted {
            if events[index].payload.isPersonalLearning { continue }
            candidates.append(index)
            if events[index].payload.target != nil { corrections.append(events[index]) }
        }
        let resolution = Corrections(corrections, asOf: asOf)
        candidates.removeAll { !resolution.inForce(events[$0]) }
        // Events are large: where all count, the array is shared instead of copied.
        return candidates.count == events.count ? events : candidates.map { events[$0] }
    }
}
