import Models
import Postgres

/// What is loaded of some units to compute them.
struct LoadedUnits: Sendable {
    /// Everybody to compute.
    private(set) var units: [PersonID]
    /// Whom ``rows`` are of, even where ``page`` has facts of theirs; of everybody else it is `page`.
    let apart: Set<PersonID>
    /// The units' packed facts; nil where all are of ``rows``.
    let page: UnitPage?
    /// Facts as JSON: of ``FactStatements/own(_:organization:)``, and of ``FactStatements/gaps(_:organization:)`` for the
    /// gaps in them.
    let rows: [ResultSet]
    let stored: StoredUnits

    /// Loads any units, each fact as JSON.
    static func load(
        _ units: [PersonID], _ organization: OrganizationID, from connection: Connection
    ) async throws -> LoadedUnits {
        let results = try await connection.pipeline([
            FactStatements.own(units, organization: organization),
            ContributionStatements.stored(for: units, organization: organization),
            DeadlineStatements.stored(for: units, organization: organization),
        ])
        return LoadedUnits(
            units: units, apart: [], page: nil,
            rows: try await withGaps(results[0], organization, connection),
            stored: try StoredUnits(contributions: results[1], deadlines: results[2]))
    }

    /// Loads a stretch of units in bulk.
    ///
    /// - Parameters:
    ///   - day: The scored day.
    ///   - apart: Units that pages don't tell rightly: ``FactsApart``.
    static func load(
        _ stretch: UnitStretch, asOf day: Day, apart: Set<PersonID>, _ organization: OrganizationID,
        from connection: Connection
    ) async throws -> LoadedUnits {
        let (after, last) = (stretch.after, stretch.last)
        let results = try await connection.pipeline([
            BulkStatements.units(
                after: after, through: last, limit: stretch.units.count, organization: organization),
            BulkStatements.requestersElsewhere(after: after, through: last, asOf: day, organization: organization),
            ContributionStatements.stored(after: after, through: last, organization: organization),
            DeadlineStatements.stored(after: after, through: last, organization: organization),
        ])
        var loaded = try await LoadedUnits(
            stretch.units, apart: apart, page: results[0], requesters: results[1],
            stored: try StoredUnits(contributions: results[2], deadlines: results[3]), organization, connection)
        // Whatever was stored of somebody whom no fact names any more has to go.
        let known = Set(stretch.units)
        loaded.units += Set(loaded.stored.contributions.keys).union(loaded.stored.deadlines.keys).subtracting(known)
        return loaded
    }

    /// Loads many units in bulk that don't follow each other.
    ///
    /// - Parameters:
    ///   - day: The scored day.
    ///   - apart: Units that pages don't tell rightly: ``FactsApart``.
    static func load(
        _ units: [PersonID], asOf day: Day, apart: Set<PersonID>, _ organization: OrganizationID,
        from connection: Connection
    ) async throws -> LoadedUnits {
        let results = try await connection.pipeline([
            BulkStatements.units(units, organization: organization),
            BulkStatements.requestersElsewhere(of: units, asOf: day, organization: organization),
            ContributionStatements.stored(for: units, organization: organization),
            DeadlineStatements.stored(for: units, organization: organization),
        ])
        return try await LoadedUnits(
            units, apart: apart, page: results[0], requesters: results[1],
            stored: try StoredUnits(contributions: results[2], deadlines: results[3]), organization, connection)
    }

    /// - Parameters:
    ///   - apart: Of any units, those that pages don't tell rightly.
    ///   - page: Of ``UnitPage``.
    ///   - requesters: Of ``BulkStatements/requestersElsewhere(of:asOf:organization:)``.
    private init(
        _ units: [PersonID], apart: Set<PersonID>, page: ResultSet, requesters: ResultSet, stored: StoredUnits,
        _ organization: OrganizationID, _ connection: Connection
    ) async throws {
        var single = Set(units.filter(apart.contains))
        for row in requesters { single.insert(PersonID(unchecked: try row.text(0))) }
        var rows: [ResultSet] = []
        if !single.isEmpty {
            let own = FactStatements.own(Array(single), organization: organization)
            rows = try await Self.withGaps(try await connection.pipeline([own])[0], organization, connection)
        }
        self.init(units: units, apart: single, page: UnitPage(page), rows: rows, stored: stored)
    }

    private init(
        units: [PersonID], apart: Set<PersonID>, page: UnitPage?, rows: [ResultSet], stored: StoredUnits
    ) {
        self.units = units
        self.apart = apart
        self.page = page
        self.rows = rows
        self.stored = stored
    }

    /// The units' own rows name the gaps to load.
    private static func withGaps(
        _ own: ResultSet, _ organization: OrganizationID, _ connection: Connection
    ) async throws -> [ResultSet] {
        let gaps = try FactRow.gaps(own)
        guard !gaps.isEmpty else { return [own] }
        return [own] + (try await connection.pipeline([FactStatements.gaps(Array(gaps), organization: organization)]))
    }
}
