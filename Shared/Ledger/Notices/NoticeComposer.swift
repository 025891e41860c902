import Accountability
import Models

/// Puts the situations of units into words and recipients.
struct NoticeComposer: Sendable {
    let contacts: OrganizationState.Contacts
    let organization: Organization

    func notices(of facts: UnitFacts, days: ClosedRange<Day>, scorer: UnitScorer) -> [Notice] {
        []
    }
}
