import Models

/// Collects the page of a list that a query asks for, while what passes its filter is counted.
struct SCIMPage {
    private let query: SCIMQuery
    private let type: SCIMResourceType
    private let base: String
    private var parsed: SCIMFilter?
    private var total = 0
    private var resources: [JSONValue] = []
    /// Of the resources that were taken together.
    private var weight = 0

    init(_ query: SCIMQuery, of type: SCIMResourceType, base: String) {
        self.query = query
        self.type = type
        self.base = base
    }

    /// The query's filter, to be passed by what ``take(_:)`` is given.
    ///
    /// - Throws: ``SCIMError`` `invalidFilter`.
    mutating func filter() throws(SCIMError) -> SCIMFilter? {
        guard let text = query.filter else { return nil }
        let filter = try SCIMFilterParser.filter(text, urns: type.scope.urns)
        try filter.check(in: type.scope)
        parsed = filter
        return filter
    }

    /// Takes the next resource in the list's order, while the page has room for it.
    ///
    /// - Parameter weight: What the page has `limit` of at most, unless it is of one resource.
    mutating func take(_ resource: SCIMRepresentation, weight: Int = 0, upTo limit: Int = .max) {
        let full = resource.full(base: base)
        if let parsed, !parsed.matches(full, in: type.scope) { return }
        total += 1
        guard total >= query.startIndex, resources.count < query.count, self.weight <= limit else { return }
        // The first that does not fit ends the page: nothing behind it is taken either.
        self.weight += weight
        guard self.weight <= limit || resources.isEmpty else { return }
        resources.append(.object(query.projection.applied(to: full, of: type)))
    }

    var list: SCIMList { SCIMList(total: total, startIndex: query.startIndex, resources: resources) }

    /// A page that the database has cut.
    func list(_ resources: [SCIMRepresentation], total: Int) -> SCIMList {
        SCIMList(
            total: total, startIndex: query.startIndex,
            resources: resources.map { .object(query.projection.applied(to: $0.full(base: base), of: type)) })
    }
}
