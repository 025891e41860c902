import Models

/// Some units that follow each other in the order of identifiers, none between them left out.
struct UnitStretch: Sendable {
    /// The unit before the first; nil where it begins with the first of all.
    let after: PersonID?
    let units: [PersonID]
    let last: PersonID

    /// Cuts a long stretch into short ones.
    static func cut(_ units: [PersonID], after unit: PersonID?, size: Int) -> [UnitStretch] {
        var stretches: [UnitStretch] = []
        var after = unit
        for start in stride(from: 0, to: units.count, by: size) {
            let part = Array(units[start..<min(start + size, units.count)])
            guard let last = part.last else { break }
            stretches.append(UnitStretch(after: after, units: part, last: last))
            after = last
        }
        return stretches
    }
}
