import Models
import Notification
import Testing

@Suite struct DeliveryPlannerTests {
    private let now = Instant(microseconds: 1_772_532_000_000_000)  // Tuesday 2026-03-03T10:00:00Z

    private func recipient(takesMail: Bool = true, muted: Set<NoticeKind> = []) -> Recipient {
        Recipient(person: PersonID(unchecked: "ana"), takesMail: takesMail, zone: LocalTime("UTC"), muted: muted)
    }

    private func mails(_ plan: DeliveryPlan, _ state: DeliveryPlan.State) -> [Int64] {
        plan.deliveries.filter { $0.channel == .email && $0.state == state }.map(\.notice)
    }

    @Test func `three mails a day go out, the most urgent first, and the rest waits for the digest`() {
        let planner = DeliveryPlanner(recipient: recipient(), now: now)
        let plan = planner.plan(
            [
                .init(notice: 1, kind: .coachingDue), .init(notice: 2, kind: .actionDue),
                .init(notice: 3, kind: .evidenceContested), .init(notice: 4, kind: .actionOverdue),
                .init(notice: 5, kind: .gapClimbed),
            ], alongside: [])
        #expect(mails(plan, .pending) == [3, 4, 5])
        #expect(mails(plan, .held) == [1, 2])
        #expect(plan.deliveries.filter { $0.channel == .inbox }.map(\.notice) == [1, 2, 3, 4, 5])
        #expect(plan.deliveries.filter { $0.state == .held }.allSatisfy { $0.due == plan.digest })
        #expect(plan.digest.description == "2026-03-09T08:00:00Z")
    }

    @Test func `mails of the same day take places, and of equal urgency the earlier keeps its own`() {
        let planner = DeliveryPlanner(recipient: recipient(), now: now)
        let plan = planner.plan(
            [.init(notice: 9, kind: .coachingDue)],
            alongside: [
                .init(delivery: 1, kind: .coachingDue, canWait: true),
                .init(delivery: 2, kind: .actionDue, canWait: true),
                .init(delivery: 3, kind: .requestReturned, canWait: true),
            ])
        #expect(mails(plan, .held) == [9])
        #expect(plan.displaced.isEmpty)
    }

    @Test func `a more urgent notice displaces a less urgent mail that has not begun`() {
        let planner = DeliveryPlanner(recipient: recipient(), now: now)
        let plan = planner.plan(
            [.init(notice: 9, kind: .gapClimbed)],
            alongside: [
                .init(delivery: 1, kind: .coachingDue, canWait: false),
                .init(delivery: 2, kind: .actionDue, canWait: true),
                .init(delivery: 3, kind: .actionDue, canWait: true),
            ])
        #expect(mails(plan, .pending) == [9])
        #expect(plan.displaced == [3])
    }

    @Test func `nothing displaces what has gone out`() {
        let sent = (1...3).map { DeliveryPlanner.Planned(delivery: $0, kind: .coachingDue, canWait: false) }
        let plan = DeliveryPlanner(recipient: recipient(), now: now).plan(
            [.init(notice: 9, kind: .gapClimbed)], alongside: sent)
        #expect(mails(plan, .held) == [9])
        #expect(plan.displaced.isEmpty)
    }

    @Test func `a muted kind stays in the inbox and takes no place, and contested evidence can't be muted`() {
        let planner = DeliveryPlanner(
            recipient: recipient(muted: [.coachingDue, .evidenceContested]), now: now)
        let plan = planner.plan(
            [
                .init(notice: 1, kind: .coachingDue), .init(notice: 2, kind: .evidenceContested),
                .init(notice: 3, kind: .actionDue), .init(notice: 4, kind: .actionDue),
            ], alongside: [])
        #expect(mails(plan, .muted) == [1])
        #expect(mails(plan, .pending) == [2, 3, 4])
        #expect(plan.deliveries.count { $0.channel == .inbox } == 4)
    }

    @Test func `without mail there is the inbox, and webhooks know neither quiet hours nor allowance`() throws {
        let night = try Instant(rfc3339: "2026-03-03T23:00:00Z")
        let planner = DeliveryPlanner(recipient: recipient(takesMail: false), now: night)
        let plan = planner.plan([.init(notice: 1, kind: .coachingDue, webhooks: [7, 8])], alongside: [])
        #expect(plan.deliveries.map(\.channel) == [.inbox, .webhook, .webhook])
        #expect(plan.deliveries.map(\.webhook) == [nil, 7, 8])
        #expect(plan.deliveries.allSatisfy { $0.due == night })
    }

    @Test func `at night the inbox has it at once and mail counts for the morning's day`() throws {
        let night = try Instant(rfc3339: "2026-03-06T23:00:00Z")
        let planner = DeliveryPlanner(recipient: recipient(), now: night)
        let plan = planner.plan([.init(notice: 1, kind: .coachingDue)], alongside: [])
        let monday = try #require(Day("2026-03-09"))
        #expect(planner.day == monday)
        #expect(
            plan.deliveries == [
                .init(
                    notice: 1, channel: .inbox, webhook: nil, state: .sent, due: night,
                    day: try #require(Day("2026-03-06"))),
                .init(
                    notice: 1, channel: .email, webhook: nil, state: .pending,
                    due: try Instant(rfc3339: "2026-03-09T08:00:00Z"), day: monday),
            ])
    }
}
