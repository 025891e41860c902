import Notification
import Testing

@Suite struct DeliveryDecisionTests {
    private let schedule = RetrySchedule.standard

    @Test func `waits double up to an hour`() {
        let waits = (1...13).map { schedule.wait(after: $0, asked: nil, jitter: 0.5) }
        let seconds = [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 3600]
        #expect(waits == seconds.map { .seconds($0) })
    }

    @Test func `jitter spreads a wait between one half and three halves`() {
        #expect(schedule.wait(after: 1, asked: nil, jitter: 0) == .milliseconds(2500))
        #expect(schedule.wait(after: 1, asked: nil, jitter: 1) == .milliseconds(7500))
        #expect(schedule.wait(after: 1, asked: nil, jitter: -3) == .milliseconds(2500))
    }

    @Test func `what the receiver asks for is waited at least, up to a day`() {
        #expect(schedule.wait(after: 1, asked: .seconds(1), jitter: 0.5) == .seconds(5))
        #expect(schedule.wait(after: 1, asked: .seconds(120), jitter: 0.5) == .seconds(120))
        #expect(schedule.wait(after: 1, asked: .seconds(9_999_999), jitter: 0.5) == .seconds(86_400))
    }

    @Test func `after the last attempt a delivery is parked with the reason`() {
        let failed = Attempt.failed(because: "the mail server answered 451", wait: nil)
        let last = DeliveryDecision(after: failed, number: 16, schedule: schedule, jitter: 0.5)
        #expect(
            last == .parked(because: "given up after 16 attempts; the last one: the mail server answered 451"))
        let first = DeliveryDecision(after: failed, number: 1, schedule: schedule, jitter: 0.5)
        #expect(first == .retry(after: .seconds(5), because: "the mail server answered 451"))
    }

    @Test func `what got no answer is tried again and finished`() {
        let unanswered = Attempt.unanswered(because: "Timeout was reached")
        let first = DeliveryDecision(after: unanswered, number: 1, schedule: schedule, jitter: 0.5)
        #expect(first == .retry(after: .seconds(5), because: "Timeout was reached", begun: true))
        let last = DeliveryDecision(after: unanswered, number: 16, schedule: schedule, jitter: 0.5)
        #expect(last == .parked(because: "given up after 16 attempts; the last one: Timeout was reached"))
    }

    @Test func `a claim outlasts what is begun under it, and the writing of its outcome`() {
        let start = ContinuousClock.now
        let lease = Lease(from: start)
        #expect(Lease.handingOver == .seconds(60))
        #expect(Lease.writing >= .seconds(30))
        #expect(lease.allowsHandingOver(at: start + .seconds(59)))
        #expect(!lease.allowsHandingOver(at: start + .seconds(60)))
        #expect(lease.left(at: start + .seconds(60) + Lease.handingOver) == Lease.writing)
        #expect(lease.left(at: start + .seconds(181)) == .seconds(-1))
    }

    @Test func `a refusal is parked at once, a success is sent, and 410 switches off`() {
        let decide = { DeliveryDecision(after: $0, number: 1, schedule: RetrySchedule.standard, jitter: 0.5) }
        #expect(decide(.refused(because: "x")) == .parked(because: "x"))
        #expect(decide(.delivered) == .sent)
        #expect(decide(.gone) == .webhookGone)
    }
}
