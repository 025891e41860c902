import EventLog
import Models
import Postgres
import Schema

/// The Users of an organisation: each change of one is an event of its person, in the same transaction.
struct SCIMUsers: Sendable {
    let transactions: SCIMTransactions
    let sender: Sender
    private var organization: OrganizationID { sender.organization }

    func find(_ id: UUIDBytes) async throws -> AccountRecord? {
        try await transactions.reading(organization) { connection in
            try await AccountRows(connection: connection, organization: organization).find(id)
        }
    }

    /// - Throws: ``SCIMError`` 409 where the userName or the person is another account's.
    func create(_ document: JSONObject) async throws -> AccountRecord {
        try await transactions.writing(for: sender) { connection, rules in
            let document = rules.minimised(user: document)
            let user = try SCIMUser(document)
            let rows = AccountRows(connection: connection, organization: organization)
            let now = try await rows.now()
            var record = AccountRecord(id: .random(), document: document, at: now)
            record.manager = try await manager(user.managerReference, rows)
            let events = try record.events(since: nil, at: now)
            try await rows.insert(record, user)
            return (record, events)
        }
    }

    /// Changes one; says nothing and keeps the version where the change changes nothing.
    ///
    /// - Throws: ``SCIMError`` 404, 412, 409 and whatever `change` throws.
    func change(
        _ id: UUIDBytes, if condition: SCIMCondition?, _ change: (JSONObject) throws(SCIMError) -> JSONObject
    ) async throws -> AccountRecord {
        try await transactions.writing(for: sender) { connection, rules in
            let rows = AccountRows(connection: connection, organization: organization)
            guard let old = try await rows.lock([id]).first else { throw SCIMError.notFound }
            try old.representation.require(condition)
            let document = rules.minimised(user: try change(old.document))
            guard document != old.document else { return (old, []) }
            let now = try await rows.now()
            var record = old
            record.document = document
            if rules.removesUnits { record.unit = nil }
            record.version += 1
            record.modified = max(now, Instant(microseconds: old.modified.microseconds + 1))
            let user = try SCIMUser(document)
            let before = try SCIMUser(old.document)
            if user.managerReference != before.managerReference {
                record.manager = try await manager(user.managerReference, rows)
            }
            var events = try record.events(since: try old.assignment(), at: now)
            try await rows.update(record, user, from: before)
            if user.person != before.person {
                events += try await renameManager(id, to: user.person, rows, at: now, rules)
            }
            return (record, events)
        }
    }

    /// Removes one for good; its person leaves.
    ///
    /// - Throws: ``SCIMError`` 404 and 412.
    func delete(_ id: UUIDBytes, if condition: SCIMCondition?) async throws {
        try await transactions.writing(for: sender) { connection, _ in
            let rows = AccountRows(connection: connection, organization: organization)
            guard let old = try await rows.lock([id]).first else { throw SCIMError.notFound }
            try old.representation.require(condition)
            let now = try await rows.now()
            let time = max(now, old.lastEvent.map { Instant(microseconds: $0.microseconds + 1) } ?? now)
            let events = AssignmentChange(before: try old.assignment(), after: nil)
                .events(account: id, from: old.events + 1, at: time)
            try await rows.delete(id)
            return ((), events)
        }
    }

    func list(_ query: SCIMQuery, base: String) async throws -> SCIMList {
        try await transactions.reading(organization) { connection in
            let lists = AccountLists(connection: connection, organization: organization)
            var page = SCIMPage(query, of: .user, base: base)
            guard let filter = try page.filter() else {
                let total = try await lists.count()
                let records =
                    query.count == 0 ? [] : try await lists.page(offset: query.startIndex - 1, limit: query.count)
                return page.list(records.map(\.representation), total: total)
            }
            if let lookup = SCIMLookup(filter, in: SCIMResourceType.user.scope),
                let found = try await lists.candidates(lookup)
            {
                for record in found { page.take(record.representation) }
            } else {
                try await lists.visit { page.take($0.representation) }
            }
            return page.list
        }
    }

    /// A manager reference is a User's id; what is no such id is the person's own identifier, known or not.
    private func manager(_ reference: String?, _ rows: AccountRows) async throws -> AccountRecord.Manager {
        guard let reference else { return .none }
        if let id = UUIDBytes(reference), let person = try await rows.person(of: id) {
            return AccountRecord.Manager(person: person, account: id)
        }
        return AccountRecord.Manager(person: PersonID(unchecked: reference), account: nil)
    }

    /// The reports of an account that got another person follow it.
    private func renameManager(
        _ id: UUIDBytes, to person: PersonID, _ rows: AccountRows, at now: Instant, _ rules: MinimisationRules
    ) async throws -> [Event] {
        var reports = try await rows.lockReports(of: id)
        var events: [Event] = []
        for index in reports.indices {
            let before = try reports[index].assignment()
            reports[index].manager.person = person
            if rules.removesUnits { reports[index].unit = nil }
            events += try reports[index].events(since: before, at: now)
        }
        try await rows.updateDerived(reports)
        return events
    }
}

extension SCIMRepresentation {
    /// - Throws: ``SCIMError`` 412 where the condition names other versions only.
    func require(_ condition: SCIMCondition?) throws(SCIMError) {
        if let condition, !condition.names(etag) { throw .changed }
    }
}
