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
            let records = try await fixture.database.pool.withConnection { connection in
                try await SourceAssignments(connection).records(
                    of: "/hris/csv", organization: LogFixture.organization)
            }
            let day = try #require(Day("2026-01-01"))
            #expect(
                Set(records) == [
                    .init(
                        identity: EventIdentity(source: "/hris/csv", id: "1"), person: PersonID(unchecked: "ann"),
                        effectiveFrom: day, isActive: true),
                    .init(
                        identity: EventIdentity(source: "/hris/csv", id: "2"), person: PersonID(unchecked: "bob"),
                        effectiveFrom: day, isActive: true, isRetracted: true),
                ])
        }
    }
}
