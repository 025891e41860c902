import Models
import Postgres

/// What newly computed units change: by how much the sums, which rows, and what is announced.
struct UnitChanges: Sendable {
    /// By how much the sums change.
    private(set) var difference = Contributions()
    /// Bring the units' contributions and deadlines in line; rows that stay the same are not touched.
    private(set) var statements: [Statement] = []
    private(set) var notices: [Notice] = []

    /// - Parameters:
    ///   - outcomes: Of all the units that are stored.
    ///   - stored: What they gave before.
    /// - Throws: ``LedgerError/unreadableTally(subject:)``
    init(_ outcomes: [UnitOutcome], since stored: StoredUnits, organization: OrganizationID) throws {
        var rows = ContributionStatements.Changes()
        var deadlines: [PersonID: Set<Deadline>] = [:]
        for outcome in outcomes {
            var before = stored.contributions[outcome.unit] ?? [:]
            for subject in outcome.contributions.subjects {
                let old = before.removeValue(forKey: subject)
                guard let body = outcome.contributions.body(of: subject), body != old else { continue }
                rows.write(outcome.unit, subject, body)
                difference.add(outcome.contributions, of: subject)
                if let old { try difference.subtract(old, of: subject) }
            }
            for (subject, old) in before {
                rows.remove(outcome.unit, subject)
                try difference.subtract(old, of: subject)
            }
            if !outcome.deadlines.isEmpty { deadlines[outcome.unit] = outcome.deadlines }
            notices += outcome.notices
        }
        statements =
            rows.statements(organization)
            + DeadlineStatements.replace(stored.deadlines, with: deadlines, organization: organization)
    }
}
