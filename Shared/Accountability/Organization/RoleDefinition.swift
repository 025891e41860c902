import Models

/// What a role's definition from a day on means to the clarity measure.
struct RoleDefinition: Sendable {
    let effectiveFrom: Int
    let hasExpectations: Bool
    let evidence: EventOrder
}
