import Models

extension Pages {
    /// A gap's path with the names that it needs, or `nil` where there is no such gap.
    func gapPath(
        _ gap: GapID, viewer: Viewer
    ) async throws -> (path: GapPath, names: [PersonID: String], manager: (id: PersonID, name: String)?)? {
        let day = try await store.today()
        let events = try await store.events(of: gap, viewer.organization, asOf: day)
        guard let first = GapPath(gap: gap, events: events, name: \.rawValue) else { return nil }
        let owner = try await organizations.history(of: viewer.organization).manager(of: first.person)
        var involved = Set(events.compactMap(\.payload.actor))
        involved.formUnion(events.compactMap(\.payload.person))
        if let owner { involved.insert(owner) }
        let names = try await store.people(viewer.organization, involved).mapValues(\.name)
        let named = GapPath(gap: gap, events: events) { names[$0] ?? $0.rawValue }
        return (named ?? first, names, owner.map { ($0, names[$0] ?? $0.rawValue) })
    }
}
