import Models

/// Who is looking: a person of one organisation in one role.
struct Viewer: Hashable, Sendable {
    let organization: OrganizationID
    let person: PersonID
    let role: ConsoleRole
}
