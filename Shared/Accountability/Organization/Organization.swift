package import Models

/// Who reported to whom, in which role, and who was away, as the events in force tell it.
///
/// People are numbered densely, and the resolution of managers through leavers and cycles is done once a
/// person, as runs of days. Questions about days are then binary searches; nothing loops over days. The
/// assignments that are known to begin after the scored day are kept, since deadlines look ahead.
package struct Organization: Sendable {
    /// The scored day.
    package internal(set) var asOf: Day
    /// Everybody whom an assignment or absence names, by place; after an update also who is named no more.
    package var people: [PersonID] { interned.values }
    var roles: [RoleID] { internedRoles.values }
    var interned: Interner<PersonID>
    var internedRoles: Interner<RoleID>
    /// By person, ascending.
    var assignments: Ragged<Assignment>
    /// By person, ascending and disjoint.
    var absences: Ragged<DayRange>
    /// By person, ascending and disjoint.
    var tenures: Ragged<Tenure>
    /// By manager: the days on which anybody is theirs; ascending and disjoint.
    var reporting: Ragged<DayRange>
    /// By role, ascending, one a day.
    var definitions: Ragged<RoleDefinition>
    /// What updates look up; made by the first.
    var links: Links?

    /// - Parameters:
    ///   - events: Those in force at `asOf`, in any order; only assignments, absences and role definitions are read.
    ///   - asOf: The scored day.
    package init(events: some Sequence<Event>, asOf: Day) {
        var builder = OrganizationBuilder()
        for event in events { builder.read(event) }
        self.init(builder, asOf: asOf)
    }

    /// - Parameter asOf: The scored day, at which all that the builder has read is in force.
    package init(_ builder: OrganizationBuilder, asOf: Day) {
        self.asOf = asOf
        interned = builder.people
        internedRoles = builder.roles
        assignments = builder.assignmentsByPerson()
        absences = builder.absencesByPerson()
        definitions = builder.definitionsByRole()
        tenures = TenureResolver(
            assignments, Links.presence(of: assignments), people: interned.values.count
        ).tenures()
        let unmerged = Ragged(rows: interned.values.count, tenures.all) { $0.manager }
        var merged = Ragged<DayRange>()
        for manager in interned.values.indices { merged.append(row: DayRange.merged(unmerged[manager].map(\.days))) }
        reporting = merged
    }
}
