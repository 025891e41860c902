package import EventLog
package import Models
package import Postgres

/// Where the pipeline stands: how far each consumer is, and what became of notices and deliveries.
package struct LedgerStatus: Sendable {
    package let organization: OrganizationID
    package let consumers: [ConsumerLag]
    /// The day that the organisation's scores stand at; nil before the first turn.
    package let scoredDay: Day?
    /// Units whose computing is still due; every unit counts as one where the organisation changed.
    package let marked: Int
    /// Events that scoring set aside.
    package let parked: Int
    /// Notices that notification has still to plan, and those it has planned.
    package let pendingNotices: Int
    package let plannedNotices: Int
    /// Deliveries by their state.
    package let deliveries: [String: Int]

    /// Needs the owner's connection.
    package static func read(
        _ organization: OrganizationID, from connection: Connection
    ) async throws -> LedgerStatus {
        let lags = try await LogStatus(connection).lags(expected: ["scoring"])
        let results = try await connection.transaction(readOnly: true) { connection in
            try await connection.pipeline([
                OrganizationState.enter(organization), counts(organization), deliveries(organization),
            ])
        }
        let row = try results[1].only()
        var states: [String: Int] = [:]
        for row in results[2] { states[try row.text(0)] = try row.int(1) }
        return LedgerStatus(
            organization: organization, consumers: lags, scoredDay: try row.optionalDate(0).map { Day($0) },
            marked: try row.int(1), parked: try row.int(2), pendingNotices: try row.int(3),
            plannedNotices: try row.int(4) - row.int(3), deliveries: states)
    }

    private static func counts(_ organization: OrganizationID) -> Statement {
        Statement(
            """
            SELECT (SELECT scored_day FROM onus.organization WHERE id = $1),
                (SELECT count(*) FROM score.mark WHERE organization_id = $1),
                (SELECT count(*) FROM score.parked WHERE organization_id = $1),
                (SELECT count(*) FROM notice.pending WHERE organization_id = $1),
                (SELECT count(*) FROM notice.notice WHERE organization_id = $1)
            """,
            [.int4(organization.rawValue)])
    }

    private static func deliveries(_ organization: OrganizationID) -> Statement {
        Statement(
            "SELECT state, count(*) FROM notice.delivery WHERE organization_id = $1 GROUP BY state ORDER BY state",
            [.int4(organization.rawValue)])
    }

    package var json: JSONValue {
        var deliveries = JSONObject()
        for (state, count) in self.deliveries.sorted(by: { $0.key < $1.key }) {
            deliveries.append(JSONObject.Member(name: state, value: .number(JSONNumber(count))))
        }
        var members = JSONObject()
        members.append("scoredDay", scoredDay.map { .string($0.description) } ?? .null)
        members.append("consumers", .array(consumers.map(\.json)))
        members.append("marked", .number(JSONNumber(marked)))
        members.append("parked", .number(JSONNumber(parked)))
        members.append(
            "notices",
            ["pending": .number(JSONNumber(pendingNotices)), "planned": .number(JSONNumber(plannedNotices))])
        members.append("deliveries", .object(deliveries))
        return .object(members)
    }
}

extension ConsumerLag {
    fileprivate var json: JSONValue {
        [
            "consumer": .string(consumer), "shard": shard.map { .number(JSONNumber($0)) } ?? .null,
            "unread": .number(JSONNumber(unread)), "unreadIsAtLeast": .bool(isAtLeast),
            "oldestUnread": oldestUnread.map { .string($0.description) } ?? .null,
            "position": position?.json ?? .null,
            "updated": position.map { .string($0.updated.description) } ?? .null,
        ]
    }
}

extension ConsumerLag.Position {
    fileprivate var json: JSONValue {
        [
            "era": .number(JSONNumber(era)), "snapshot": .string(snapshot),
            "cursor": cursor.map {
                ["transaction": .string($0.transaction), "sequence": .number(JSONNumber(Int($0.sequence)))]
            } ?? .null,
        ]
    }
}
