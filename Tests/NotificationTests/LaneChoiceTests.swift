import Models
import Notification
import Testing

@Suite struct LaneChoiceTests {
    private func lane(_ organization: Int32, _ webhook: Int64? = nil) -> DeliveryLane {
        DeliveryLane(organization: OrganizationID(rawValue: organization), webhook: webhook)
    }

    @Test func `an organisation with many slow receivers leaves places for the others`() {
        var choice = LaneChoice()
        let due = [lane(1)] + (1...20).map { lane(1, $0) } + [lane(2), lane(2, 30)]
        #expect(choice.take(due) == [lane(1), lane(1, 1), lane(1, 2), lane(1, 3), lane(2), lane(2, 30)])
        #expect(choice.take(due).isEmpty)
        choice.finish(lane(1, 2), rests: false)
        #expect(choice.take(due) == [lane(1, 2)])
    }

    @Test func `no more lanes are worked on at once than there are places`() {
        var choice = LaneChoice()
        #expect(choice.take((1...40).map { lane($0) }).count == LaneChoice.most)
    }

    @Test func `a lane that gave nothing rests until time has gone on`() {
        var choice = LaneChoice()
        _ = choice.take([lane(1)])
        choice.finish(lane(1), rests: true)
        #expect(choice.take([lane(1)]).isEmpty)
        choice.wake()
        #expect(choice.take([lane(1)]) == [lane(1)])
    }
}
