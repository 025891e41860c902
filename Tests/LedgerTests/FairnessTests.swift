import Ledger
import Models
import Postgres
import Support
import Testing

/// What one organisation, or one event, may keep from the others.
@Suite(.timeLimit(.minutes(5))) struct FairnessTests {
    private static let today = GoldenScoringTests.second

    @Test func `a backlog of one organisation doesn't keep another one's turn waiting`() async throws {
        try await ScoredOrganization.with(today: Self.today) { scored in
            let other = try await scored.other()
            var builder = EventBuilder()
            try await scored.append([builder.person("m", from: Self.today - 100)], to: other)
            try await scored.drain(scored.worker())
            scored.today = Self.today + 1
            try await scored.append(
                (0..<200).map { builder.person("p\($0)", from: Self.today - 100, manager: "m") })
            let worker = scored.worker(batch: 4, settleAfter: .seconds(3_600), bulk: 4, quiet: .seconds(3_600))
            var events = 0
            while try await scoredDay(of: other, scored) != scored.today, events < 200 {
                guard case .worked(let work) = try await worker.step() else { break }
                events += work.events
            }
            #expect(events < 200)
            #expect(try await scoredDay(of: other, scored) == scored.today)
        }
    }

    @Test func `some events each of many organisations are no organisation's backlog`() async throws {
        try await ScoredOrganization.with(today: Self.today) { scored in
            var organizations: [OrganizationID] = []
            for number in 0..<5 { organizations.append(try await scored.other("other\(number)")) }
            var builder = EventBuilder()
            for organization in organizations {
                try await scored.append(
                    [
                        builder.person("m", from: Self.today - 100),
                        builder.person("p", from: Self.today - 100, manager: "m"),
                    ], to: organization)
            }
            let worker = scored.worker(bulk: 3)
            try await scored.drain(worker)
            for organization in organizations {
                try await scored.append([builder.coaching("p", by: "m", on: Self.today - 1)], to: organization)
            }
            guard case .worked(let work) = try await worker.step() else {
                return #expect(Bool(false), "nothing was done")
            }
            #expect(work.events == 5)
            #expect(work.units == 5)
            #expect(try await scored.count("score.mark") == 0)
        }
    }

    @Test func `an event that touches more than a slice is computed in slices, and no score shows before all is done`()
        async throws
    {
        try await ScoredOrganization.with(today: Self.today) { scored in
            var builder = EventBuilder()
            let role = RoleID(unchecked: "r")
            var events = [builder.person("m", from: Self.today - 100)]
            for index in 0..<30 {
                let person = PersonID(unchecked: "p\(index)")
                events.append(
                    builder.event(
                        Self.today - 100,
                        .personUpdated(
                            PersonUpdated(
                                person: person, effectiveFrom: Self.today - 100, active: true,
                                manager: PersonID(unchecked: "m"), role: role))))
                events.append(
                    builder.event(
                        Self.today - 9, .expectationAcknowledged(ExpectationAcknowledged(person: person, role: role))))
            }
            try await scored.append(events)
            let worker = scored.worker(slice: 10)
            try await scored.drain(worker)
            let published = try await scored.count("score.published WHERE manager = 'm'")
            try await scored.append([
                builder.event(
                    Self.today - 50,
                    .roleDefined(
                        RoleDefined(
                            role: role, effectiveFrom: Self.today - 50,
                            expectations: [Expectation(id: ExpectationID(unchecked: "x"), statement: "s")])))
            ])
            var most = 0
            while case .worked(let work) = try await worker.step() { most = max(most, work.units) }
            #expect((1...10).contains(most))
            #expect(try await scored.count("score.published WHERE manager = 'm'") == published + 1)
            #expect(try await Verification(log: scored.log).run(scored.organization) == [])
        }
    }

    private func scoredDay(of organization: OrganizationID, _ scored: ScoredOrganization) async throws -> Day? {
        try await scored.database.pool.query(
            "SELECT scored_day FROM onus.organization WHERE id = $1", [.int4(organization.rawValue)]
        ).only().optionalDate(0).map { Day(number: Int($0.daysSince1970)) }
    }
}
