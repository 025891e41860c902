import EventLog
import Models
import Postgres
import Support
import Testing

@Suite(.timeLimit(.minutes(5))) struct SourceAssignmentsTests {
    private func validated(_ id: String, _ source: String, _ payload: Payload) -> ValidatedEvent {
        let event = Event(
            identity: EventIdentity(source: source, id: id), time: Instant(microseconds: 1_700_000_000_000_000),
            payload: payload)
        return ValidatedEvent(event: event, data: payload.json)
    }

    private func assignment(_ id: String, _ person: String, source: String = "/hris/csv") throws -> ValidatedEvent {
        let data = PersonUpdated(
            person: PersonID(unchecked: person), effectiveFrom: try #require(Day("2026-01-01")), active: true,
            manager: nil, role: nil, unit: nil, name: nil, email: nil)
        return validated(id, source, .personUpdated(data))
    }

    private func retraction(_ id: String, of target: String, source: String) -> ValidatedEvent {
        validated(
            id, "/by-hand",
            .eventRetracted(EventRetracted(event: EventIdentity(source: source, id: target), reason: nil)))
    }

    @Test func `a source's assignments are found, whoever retracted them, and nobody else's`() async throws {
        try await LogFixture.run { fixture in
            _ = try await fixture.appender.append(
                [
                    assignment("1", "ann"), assignment("2", "bob"), assignment("2", "cid", source: "/hris/other"),
                    retraction("r1", of: "2", source: "/hris/csv"), retraction("r2", of: "1", source: "/hris/other"),
                    LogFixture.event("3", source: "/hris/csv"),
                ], organization: LogFixture.organization)
            let pages = try await fixture.database.pool.withTransaction { connection in
                var pages: [[SourceAssignments.Record]] = []
                for try await page in SourceAssignments(
                    connection, of: "/hris/csv", organization: LogFixture.organization)
                {
                    pages.append(page)
                }
                return pages
            }
            #expect(
                pages.joined().map { "\($0.identity.id) \($0.person) \($0.isRetracted)" } == [
                    "1 ann false", "2 bob true",
                ])
        }
    }

    @Test func `pages of a thousand come in the order of people`() async throws {
        try await LogFixture.run { fixture in
            let events = try (0..<2_500).map { try assignment("\($0)", "p\(($0 * 7919) % 2_500)") }
            _ = try await fixture.appender.append(events, organization: LogFixture.organization)
            try await fixture.database.pool.withTransaction { connection in
                var people: [PersonID] = []
                var largest = 0
                for try await page in SourceAssignments(
                    connection, of: "/hris/csv", organization: LogFixture.organization)
                {
                    largest = max(largest, page.count)
                    people += page.map(\.person)
                }
                #expect(people.count == 2_500 && people == people.sorted())
                #expect(largest == 1_000)
            }
        }
    }
}
