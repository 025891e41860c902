import Accountability
import Models
import ServiceKit

/// Each organisation's history of assignments, kept for a few seconds: pages ask it who is below whom.
struct OrganizationHistories: Sendable {
    private let lines: SharedLookup<OrganizationID, ReportingLine>

    /// - Parameters:
    ///   - freshness: How old an answer may be; somebody who changed teams is seen after that long.
    ///   - load: Reads who reports to whom today.
    init(
        freshness: Duration = .seconds(5), load: @escaping @Sendable (OrganizationID) async throws -> ReportingLine
    ) {
        lines = SharedLookup(lifetime: freshness, look: load)
    }

    init(store: ConsoleStore) {
        self.init { organization in
            let day = try await store.today()
            let events = try await store.organizationEvents(organization, asOf: day)
            return ReportingLine(organization: Organization(events: events, asOf: day), day: day)
        }
    }

    /// Who reports to whom today.
    func history(of organization: OrganizationID) async throws -> ReportingLine {
        guard let line = try await lines.value(for: organization) else {
            throw UnreadableRow(table: "facts.event", column: "data")
        }
        return line
    }
}

/// Who reports to whom on one day.
struct ReportingLine: Sendable {
    let organization: Organization
    let day: Day

    /// Whether `person` reports to `leader`, directly or further down.
    func isBelow(_ person: PersonID, _ leader: PersonID) -> Bool {
        person != leader && organization.managers(above: person, on: day).contains(leader)
    }

    /// The active people whose performance is `manager`'s, by identifier.
    func reports(of manager: PersonID) -> [PersonID] {
        organization.reports(of: manager, on: day)
    }

    func manager(of person: PersonID) -> PersonID? {
        organization.manager(of: person, on: day)
    }

    /// Everybody who by any assignment was ever below `leader`; `nil` where they are more than `limit`.
    func everBelow(_ leader: PersonID, limit: Int) -> Set<PersonID>? {
        organization.everBelow(leader, limit: limit)
    }

    /// Those who by any assignment ever had `manager` as their own.
    func everReported(to manager: PersonID) -> Set<PersonID> {
        organization.everReported(toAnyOf: [manager])
    }

    /// Those below `leader` who have people of their own.
    func managersBelow(_ leader: PersonID) -> [PersonID] {
        organization.people.filter { organization.isManager($0, on: day) && isBelow($0, leader) }
    }
}
