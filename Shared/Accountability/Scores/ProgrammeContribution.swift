import Models

/// The trials and credits that one person's completions give one programme. See ``Contribution``.
package struct ProgrammeContribution: Hashable, Sendable {
    /// Completions that are tied to the job: `delivered`, and the trials of linkage.
    package internal(set) var completions = 0
    /// Those that are linked to a gap: the credits of linkage.
    package internal(set) var linked = 0
    package internal(set) var followupTrials = 0
    package internal(set) var followupCredits = 0
    package internal(set) var changeTrials = 0
    /// Also `changed`.
    package internal(set) var changeCredits = 0

    package init() {}

    package var isEmpty: Bool { self == ProgrammeContribution() }

    func count(of measure: ProgrammeMeasure) -> (trials: Int, credits: Int) {
        switch measure {
        case .linkage: (completions, linked)
        case .followup: (followupTrials, followupCredits)
        case .change: (changeTrials, changeCredits)
        }
    }

    mutating func add(_ measure: ProgrammeMeasure, isCredited: Bool) {
        let credit = isCredited ? 1 : 0
        switch measure {
        case .linkage:
            completions += 1
            linked += credit
        case .followup:
            followupTrials += 1
            followupCredits += credit
        case .change:
            changeTrials += 1
            changeCredits += credit
        }
    }

    package static func += (left: inout ProgrammeContribution, right: ProgrammeContribution) {
        left.combine(right) { $0 &+= $1 }
    }

    package static func -= (left: inout ProgrammeContribution, right: ProgrammeContribution) {
        left.combine(right) { $0 &-= $1 }
    }

    private mutating func combine(_ other: ProgrammeContribution, _ operation: (inout Int, Int) -> Void) {
        operation(&completions, other.completions)
        operation(&linked, other.linked)
        operation(&followupTrials, other.followupTrials)
        operation(&followupCredits, other.followupCredits)
        operation(&changeTrials, other.changeTrials)
        operation(&changeCredits, other.changeCredits)
    }
}

extension ProgrammeContribution {
    /// The six counts as signed variable-length integers.
    package var encoded: [UInt8] {
        var bytes = ByteWriter()
        for count in [completions, linked, followupTrials, followupCredits, changeTrials, changeCredits] {
            bytes.append(signed: count)
        }
        return bytes.bytes
    }

    /// `nil` where the bytes are not what ``encoded`` writes.
    package init?(encoded: [UInt8]) {
        var reader = ByteReader(encoded)
        var counts: [Int] = []
        while let count = reader.signed() { counts.append(count) }
        guard reader.isAtEnd, counts.count == 6 else { return nil }
        completions = counts[0]
        linked = counts[1]
        followupTrials = counts[2]
        followupCredits = counts[3]
        changeTrials = counts[4]
        changeCredits = counts[5]
    }
}
