import Models
import Testing

@testable import Console

@Suite struct GapPathTests {
    private func event(_ number: Int, _ time: String, _ payload: Payload) throws -> Event {
        Event(
            identity: EventIdentity(source: "/t", id: "\(number)"), time: try Instant(rfc3339: time), payload: payload)
    }

    @Test func `a gap's path tells each station in the order of events`() throws {
        let gap = GapID(unchecked: "g")
        let (person, manager) = (PersonID(unchecked: "p"), PersonID(unchecked: "m"))
        let events = [
            try event(4, "2026-03-20T00:00:00Z", .gapClosed(GapClosed(gap: gap, outcome: .closed, by: nil))),
            try event(5, "2026-04-20T00:00:00Z", .gapClosed(GapClosed(gap: gap, outcome: .withdrawn, by: nil))),
            try event(
                3, "2026-03-10T00:00:00Z",
                .behaviourObserved(BehaviourObserved(gap: gap, observer: manager, level: 3, context: nil))),
            try event(
                2, "2026-03-02T00:00:00Z",
                .gapAction(GapAction(gap: gap, by: manager, kind: .roleChange, stage: .taken, note: nil))),
            try event(
                1, "2026-03-01T00:00:00Z",
                .gapIdentified(
                    GapIdentified(
                        gap: gap, person: person, cause: .roleFit, expectation: nil, identifiedBy: manager,
                        summary: "Calls end without a next step", metric: nil))),
        ]
        let path = try #require(GapPath(gap: gap, events: events) { $0 == manager ? "Mia" : $0.rawValue })
        #expect(path.summary == "Calls end without a next step")
        #expect(path.person == person)
        #expect(path.state == .closed)
        #expect(
            path.entries.map(\.text) == [
                "Identified by Mia", "role fit", "Mia took role change", "Mia saw level 3 of 4", "Ended as closed",
            ])
        #expect(path.entries.map(\.station) == [.gap, .cause, .path, .behaviour, .outcome])
    }

    @Test func `without an identification there is no path`() throws {
        let gap = GapID(unchecked: "g")
        let closed = try event(1, "2026-03-20T00:00:00Z", .gapClosed(GapClosed(gap: gap, outcome: .closed, by: nil)))
        #expect(GapPath(gap: gap, events: [closed], name: \.rawValue) == nil)
    }
}
