package import Models

/// What the ledger can't do, besides what the database refuses.
package enum LedgerError: Error, Sendable, CustomStringConvertible {
    /// A stored fact isn't an event of its type: altered by hand, or written by a newer version.
    case unreadableFact(EventIdentity, String)
    /// The packed facts of a unit can't be read: altered by hand, or written by a newer version.
    case unreadablePack(unit: String)
    /// Stored numbers that can't be read back.
    case unreadableTally(subject: String)
    /// No organisation has this name.
    case unknownOrganization(String)
    /// The organisation has no policy of this version.
    case unknownPolicy(version: Int)
    /// A stored policy that can't be read.
    case unreadablePolicy(version: Int, String)
    /// A policy may only begin on a day that isn't scored yet.
    case policyInThePast(validFrom: Day, earliest: Day)
    /// Appends of that instant may still be under way.
    case notYetKnown(Instant, latest: Instant)
    /// Facts are there already, where they can be loaded into an empty table only.
    case factsPresent

    package var description: String {
        switch self {
        case .unreadableFact(let identity, let problem):
            "fact \(identity.source) \(identity.id): can't be read (\(problem)); run `onus replay`"
        case .unreadablePack(let unit):
            "the packed facts of \(unit) can't be read; run `onus replay`"
        case .unreadableTally(let subject):
            "stored contributions of \(subject) can't be read; run `onus replay`"
        case .unknownOrganization(let name):
            "organization: expected an existing one, got \(name)"
        case .unknownPolicy(let version):
            "policy: expected a version of the organisation, got \(version)"
        case .unreadablePolicy(let version, let problem):
            "policy \(version) can't be read: \(problem)"
        case .policyInThePast(let validFrom, let earliest):
            "valid-from: expected \(earliest) or later, got \(validFrom): published days keep their policy"
        case .notYetKnown(let instant, let latest):
            "known-at: expected \(latest) or earlier, got \(instant): events of that instant may still be under way"
        case .factsPresent:
            "facts: expected a database without any, since loading takes their indexes off; use a new one"
        }
    }
}
