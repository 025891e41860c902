import Accountability
import Models
import Testing

@Suite struct OrganizationChangeTests {
    @Test func `a leader who is away for all of time puts off nothing before the first day that there is`() {
        let (today, leader) = (Day(number: 20_000), PersonID(unchecked: "leader"))
        var events: [Event] = []
        func add(_ payload: Payload) {
            let identity = EventIdentity(source: "/x", id: "\(events.count)")
            events.append(Event(identity: identity, time: Instant(startOf: today - 9), payload: payload))
        }
        add(.personUpdated(PersonUpdated(person: leader, effectiveFrom: .first, active: true)))
        add(
            .personUpdated(
                PersonUpdated(
                    person: PersonID(unchecked: "report"), effectiveFrom: .first, active: true, manager: leader)))
        var organization = Organization(events: events, asOf: today)
        for first in stride(from: Day.first.number, to: Day.last.number - 730, by: 731) {
            let (from, to) = (Day(number: first), Day(number: first + 730))
            add(.absenceRecorded(AbsenceRecorded(person: leader, from: from, to: to)))
        }
        let change = organization.update(
            people: [leader: [events[0]] + events[2...]], roles: [:], asOf: today)
        let days = change.climbDays(in: organization, policy: .standard)
        #expect(days == [Day.first...today])
    }
}
