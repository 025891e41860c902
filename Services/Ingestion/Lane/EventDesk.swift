import EventLog
import Models
import NIOCore

/// The desk of one event loop: what its connections bring in one turn of the loop goes to the log together, and what one
/// transaction has stored is answered in one turn.
final class EventDesk: LaneDesk, AppendRecipient {
    private struct State {
        /// Of this turn.
        var arrivals: [(organization: OrganizationID, arrival: GroupCommitter.Arrival)] = []
        /// By ticket: those that are on their way. Bounded by the committer, and by one for each connection.
        var inHand: [UInt64: (event: LaneEvent, handler: LaneHandler)] = [:]
        var lastTicket: UInt64 = 0
        var answers = PreparedAnswers()
    }

    private let lane: EventLane
    private let loop: any EventLoop
    private let state: NIOLoopBoundBox<State>

    /// To be called on the event loop.
    init(_ lane: EventLane, on loop: any EventLoop) {
        self.lane = lane
        self.loop = loop
        state = NIOLoopBoundBox(State(), eventLoop: loop)
    }

    func knows(_ token: UnsafeBufferPointer<UInt8>) -> Bool { lane.sender(token) != nil }

    func hold(_ bytes: Int) -> Bool { lane.hold(bytes) }

    func release(_ bytes: Int) { lane.release(bytes) }

    func take(_ head: LaneHead, _ bytes: UnsafeRawBufferPointer, for handler: LaneHandler) -> Bool {
        guard let event = lane.event(head, bytes) else { return false }
        let ticket = state.value.lastTicket + 1
        state.value.lastTicket = ticket
        state.value.inHand[ticket] = (event, handler)
        state.value.arrivals.append((event.organization, GroupCommitter.Arrival(event.entry, ticket: ticket)))
        if state.value.arrivals.count == 1 {
            // After everything that has arrived by now has been read.
            loop.execute { self.submit() }
        }
        return true
    }

    private func submit() {
        var rest: [(organization: OrganizationID, arrival: GroupCommitter.Arrival)] = []
        swap(&rest, &state.value.arrivals)
        while let organization = rest.first?.organization {
            let arrivals = rest.compactMap { $0.organization == organization ? $0.arrival : nil }
            lane.append(arrivals, of: organization, telling: self)
            if arrivals.count == rest.count { break }
            rest.removeAll { $0.organization == organization }
        }
    }

    func appended(_ outcomes: [AppendOutcome]) {
        loop.execute { self.answer(outcomes) }
    }

    private func answer(_ outcomes: [AppendOutcome]) {
        let now = lane.now()
        for outcome in outcomes {
            guard let (event, handler) = state.value.inHand.removeValue(forKey: outcome.ticket) else { continue }
            switch outcome.result {
            case .success(let isNew):
                lane.stored(event, isNew: isNew)
                handler.answer(state.value.answers.bytes(isNew: isNew, at: now))
            case .failure(let error): handler.answer(lane.failed(event, error).bytes(at: now))
            }
        }
    }
}

/// The answers that nearly all requests get, put together once a second.
private struct PreparedAnswers {
    private var second: Int64?
    private var new = ByteBuffer()
    private var known = ByteBuffer()

    mutating func bytes(isNew: Bool, at now: Instant) -> ByteBuffer {
        let current = now.microseconds / 1_000_000
        if second != current {
            second = current
            new = LaneAnswer(isNew: true).bytes(at: now)
            known = LaneAnswer(isNew: false).bytes(at: now)
        }
        return isNew ? new : known
    }
}
