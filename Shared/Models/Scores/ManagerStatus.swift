/// What a manager's interval says.
package enum ManagerStatus: String, CaseIterable, Sendable {
    /// Too few measures or trials to say anything.
    case insufficient
    case owning, mixed, outsourced
}

/// Whether a programme is linked to performance at all.
package enum ProgrammeStatus: String, CaseIterable, Sendable {
    case linked, unlinked
}
