package import Models

/// What people are called on one day: by the assignment that holds then.
package struct PersonNames: Sendable {
    private var names: [PersonID: String]

    /// Everybody by the identifier alone.
    package static let none = PersonNames(names: [:])

    private init(names: [PersonID: String]) {
        self.names = names
    }

    /// - Parameter events: In force at the day; others than assignments are passed over.
    package init(_ events: some Sequence<Event>, asOf day: Day) {
        var latest: [PersonID: (from: Day, order: EventOrder, name: String?)] = [:]
        for event in events {
            guard case .personUpdated(let data) = event.payload, data.effectiveFrom <= day else { continue }
            if let other = latest[data.person],
                (other.from, other.order) > (data.effectiveFrom, event.order)
            {
                continue
            }
            latest[data.person] = (data.effectiveFrom, event.order, data.name)
        }
        names = latest.compactMapValues { $0.name.flatMap { $0.isEmpty ? nil : $0 } }
    }

    /// Adds those of others; of a person whom both name, `others` has the name.
    mutating func formUnion(_ others: PersonNames) {
        names.merge(others.names) { _, other in other }
    }

    /// The name alone; `nil` where the organisation tells none.
    package func name(of person: PersonID) -> String? { names[person] }

    /// `Name (identifier)`, or the identifier alone.
    package subscript(_ person: PersonID) -> String {
        guard let name = names[person], name != person.rawValue else { return person.rawValue }
        return "\(name) (\(person.rawValue))"
    }
}
