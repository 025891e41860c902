import EventLog
import Models
import Postgres
import Schema

/// The Groups of an organisation: units of those members who have no department.
struct SCIMGroups: Sendable {
    /// Members of a group may be many, so a page of groups is short.
    static let greatestCount = 100

    let transactions: SCIMTransactions
    let sender: Sender
    private var organization: OrganizationID { sender.organization }

    func find(_ id: UUIDBytes, withMembers: Bool) async throws -> UnitRecord? {
        try await transactions.reading(organization) { connection in
            try await UnitRows(connection: connection, organization: organization)
                .find(id, withMembers: withMembers)
        }
    }

    /// - Throws: ``SCIMError`` 409 where another group has the name, 400 where a member is nobody, 403 where units are
    /// minimised.
    func create(_ document: JSONObject) async throws -> UnitRecord {
        try await transactions.writing(for: sender) { connection, rules in
            let rows = UnitRows(connection: connection, organization: organization)
            let now = try await accounts(connection).now()
            let record = try UnitRecord(id: .random(), document: rules.minimised(group: document), at: now)
            try await rows.insert(record)
            return (record, try await settle(record.members, connection, rules))
        }
    }

    /// Changes one; says nothing and keeps the version where the change changes nothing.
    ///
    /// - Throws: ``SCIMError`` 404, 412, 409, 400, 403 where units are minimised, and whatever `change` throws.
    func change(
        _ id: UUIDBytes, if condition: SCIMCondition?, _ change: (JSONObject) throws(SCIMError) -> JSONObject
    ) async throws -> UnitRecord {
        try await transactions.writing(for: sender) { connection, rules in
            let rows = UnitRows(connection: connection, organization: organization)
            guard let old = try await rows.find(id, locking: true) else { throw SCIMError.notFound }
            try old.representation.require(condition)
            var record = old
            try record.set(rules.minimised(group: try change(old.document)))
            guard !record.says(old) else { return (old, []) }
            record.version += 1
            record.modified = max(
                try await accounts(connection).now(), Instant(microseconds: old.modified.microseconds + 1))
            try await rows.update(record, from: old)
            let before = Set(old.members)
            let concerned =
                old.name == record.name ? before.symmetricDifference(record.members) : before.union(record.members)
            return (record, try await settle(Array(concerned), connection, rules))
        }
    }

    /// - Throws: ``SCIMError`` 404 and 412.
    func delete(_ id: UUIDBytes, if condition: SCIMCondition?) async throws {
        try await transactions.writing(for: sender) { connection, rules in
            let rows = UnitRows(connection: connection, organization: organization)
            guard let old = try await rows.find(id, locking: true) else { throw SCIMError.notFound }
            try old.representation.require(condition)
            try await rows.delete(id)
            return ((), try await settle(old.members, connection, rules))
        }
    }

    func list(_ query: SCIMQuery, base: String) async throws -> SCIMList {
        var query = query
        query.count = min(query.count, Self.greatestCount)
        return try await transactions.reading(organization) { [query] connection in
            let rows = UnitRows(connection: connection, organization: organization)
            let withMembers = !query.projection.leavesOut("members", of: .group)
            var page = SCIMPage(query, of: .group, base: base)
            guard let filter = try page.filter() else {
                let total = try await rows.count()
                let records =
                    query.count == 0
                    ? []
                    : try await rows.page(
                        offset: query.startIndex - 1, limit: query.count, withMembers: withMembers)
                return page.list(records.map(\.representation), total: total)
            }
            if let lookup = SCIMLookup(filter, in: SCIMResourceType.group.scope),
                let found = try await rows.candidates(lookup)
            {
                for record in found { page.take(record.representation) }
                return page.list
            }
            var offset = 0
            while true {
                let records = try await rows.page(offset: offset, limit: Self.greatestCount, withMembers: true)
                guard !records.isEmpty else { return page.list }
                for record in records {
                    page.take(
                        record.representation, weight: withMembers ? record.members.count : 0,
                        upTo: UnitRows.greatestMembers)
                }
                offset += records.count
            }
        }
    }

    private func accounts(_ connection: Connection) -> AccountRows {
        AccountRows(connection: connection, organization: organization)
    }

    /// Brings the units of these accounts up to date: locks them, and only then looks at what groups they are in.
    private func settle(
        _ ids: [UUIDBytes], _ connection: Connection, _ rules: MinimisationRules
    ) async throws -> [Event] {
        guard !ids.isEmpty else { return [] }
        let rows = accounts(connection)
        let locked = try await rows.lock(ids)
        let units =
            rules.removesUnits
            ? [:] : try await UnitRows(connection: connection, organization: organization).units(of: ids)
        let now = try await rows.now()
        var changed: [AccountRecord] = []
        var events: [Event] = []
        for var record in locked where record.unit != units[record.id] {
            let before = try record.assignment()
            record.unit = units[record.id]
            events += try record.events(since: before, at: now)
            changed.append(record)
        }
        try await rows.updateDerived(changed)
        return events
    }
}
