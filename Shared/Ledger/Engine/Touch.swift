import Accountability
import Models

/// What an arrived event bears on: whose units have to be computed again. Never too few; some may come out unchanged.
struct Touch: Sendable {
    /// Units by name.
    var people: Set<PersonID> = []
    /// Gaps: the units of all who have them by any identification, and of those who asked for training for them.
    var gaps: Set<GapID> = []
    /// Managers who may have become or ceased to be anybody's manager on some day: the units of the training they
    /// asked for.
    var requesters: Set<PersonID> = []

    var isEmpty: Bool { people.isEmpty && gaps.isEmpty && requesters.isEmpty }

    /// Adds what an event bears on that isn't one of the organisation's, nor a correction.
    mutating func insert(_ event: Event) {
        if let person = event.payload.person { people.insert(person) }
        switch event.payload {
        case .gapIdentified, .gapAction, .gapClosed, .behaviourObserved, .outcomeMeasured:
            if let gap = event.payload.gap { gaps.insert(gap) }
        case .trainingRequested(let request):
            people.insert(request.requestedBy)
            if let gap = request.gap { gaps.insert(gap) }
        default:
            // A coaching event or a completion that names a gap counts with its own person only.
            break
        }
    }

    /// Adds what events of the organisation bear on, or bore on before they were corrected.
    mutating func insert(
        organization events: [Event], before: Organization, after history: OrganizationHistory
    ) {
        var moved: Set<PersonID> = []
        var roles: Set<RoleID> = []
        for event in events {
            switch event.payload {
            case .personUpdated(let update): moved.insert(update.person)
            case .absenceRecorded(let absence): moved.insert(absence.person)
            case .roleDefined(let role): roles.insert(role.role)
            default: break
            }
        }
        for person in history.everybody(below: moved) {
            people.insert(person)
            requesters.formUnion(before.managersEver(of: person))
            requesters.formUnion(history.organization.managersEver(of: person))
        }
        if !roles.isEmpty { insertPeople(in: roles, of: before, history.organization) }
    }

    /// A role's expectations bear on those who have the role on the scored day.
    private mutating func insertPeople(in roles: Set<RoleID>, of organizations: Organization...) {
        for organization in organizations {
            for person in organization.people {
                if let role = organization.role(of: person, on: organization.asOf), roles.contains(role) {
                    people.insert(person)
                }
            }
        }
    }
}
