package import Models

/// Who reported to whom, in which role, and who was away, as the events in force tell it.
///
/// People are numbered densely, and the resolution of managers through leavers and cycles is done once a
/// person, as runs of days. Questions about days are then binary searches; nothing loops over days. The
/// assignments that are known to begin after the scored day are kept, since deadlines look ahead.
package struct Organization: Sendable {
    /// The scored day.
    package let asOf: Day
    /// Everybody an assignment or absence names, by place.
    package let people: [PersonID]
    let places: [PersonID: Int]
    /// By person, ascending.
    let assignments: Ragged<Assignment>
    /// By person, ascending and disjoint.
    let absences: Ragged<DayRange>
    /// By person, ascending and disjoint.
    let tenures: Ragged<Tenure>
    /// By manager: the days on which anybody is theirs; ascending and disjoint.
    let reporting: Ragged<DayRange>
    let roles: [RoleID]
    /// By role, ascending, one a day.
    let definitions: Ragged<RoleDefinition>
    let rolePlaces: [RoleID: Int]

    /// - Parameters:
    ///   - events: Those in force at `asOf`, in any order; only assignments, absences and role definitions are read.
    ///   - asOf: The scored day.
    package init(events: some Sequence<Event>, asOf: Day) {
        var builder = OrganizationBuilder()
        for event in events { builder.read(event) }
        self.init(builder, asOf: asOf)
    }

    init(_ builder: OrganizationBuilder, asOf: Day) {
        self.asOf = asOf
        people = builder.people.values
        places = builder.people.places
        roles = builder.roles.values
        rolePlaces = builder.roles.places
        assignments = builder.assignmentsByPerson()
        absences = builder.absencesByPerson()
        definitions = builder.definitionsByRole()
        tenures = TenureResolver(assignments).tenures()
        let unmerged = Ragged(rows: people.count, tenures.all) { $0.manager }
        var merged = Ragged<DayRange>()
        for manager in people.indices { merged.append(row: DayRange.merged(unmerged[manager].map(\.days))) }
        reporting = merged
    }
}
