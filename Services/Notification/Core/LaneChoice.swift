internal import Models

/// Which lanes are worked on at once. Pure.
package struct LaneChoice: Sendable {
    /// Lanes worked on at once, and how many of them one organisation may have: a mail lane and some slow receivers.
    package static let most = 16
    package static let mostOfOne = 4

    /// Lanes that are being worked on.
    package private(set) var busy: Set<DeliveryLane> = []
    /// Lanes that had nothing to give, or only trouble, until the next look at the clock.
    private var resting: Set<DeliveryLane> = []

    package init() {}

    /// Takes the lanes to begin now, in the order in which they are due.
    package mutating func take(_ due: [DeliveryLane]) -> [DeliveryLane] {
        var taken: [DeliveryLane] = []
        var counts: [OrganizationID: Int] = [:]
        for lane in busy { counts[lane.organization, default: 0] += 1 }
        for lane in due where !busy.contains(lane) && !resting.contains(lane) {
            guard busy.count < Self.most else { break }
            guard counts[lane.organization, default: 0] < Self.mostOfOne else { continue }
            counts[lane.organization, default: 0] += 1
            busy.insert(lane)
            taken.append(lane)
        }
        return taken
    }

    /// - Parameter rests: Whether another look right away would find the same.
    package mutating func finish(_ lane: DeliveryLane, rests: Bool) {
        busy.remove(lane)
        if rests { resting.insert(lane) }
    }

    /// Time has gone on: every lane may have something again.
    package mutating func wake() { resting = [] }
}
