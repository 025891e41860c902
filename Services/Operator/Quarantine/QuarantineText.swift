internal import EventLog
import Glibc
internal import Models
internal import Schema

/// Rejected events as an operator reads them.
enum QuarantineText {
    /// Who settles an event by this command, for its row.
    static var settler: String {
        "onus (\(getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? "unknown"))"
    }

    /// A table for ``row(_:)``.
    static var table: TextTable {
        TextTable(["id", "last received", "times", "type", "event", "pointer", "problem", "corrected"])
    }

    static func row(_ event: QuarantinedEvent) -> [String] {
        [
            String(event.id), event.lastReceived.description, String(event.times),
            event.type?.printable ?? event.hook.map { "hook \($0)" } ?? "-",
            [event.source, event.eventID].compactMap { $0?.printable }.joined(separator: " "),
            event.pointer.printable, event.detail.printable,
            event.fixed != nil ? "yes" : event.body == nil && event.state == .held ? "text not kept" : "-",
        ]
    }

    static func json(_ event: QuarantinedEvent) -> JSONValue {
        var object = JSONObject()
        object.append("id", .number(JSONNumber(Int(event.id))))
        object.append("state", .string(event.state.rawValue))
        object.append("received", .string(event.received.description))
        object.append("lastReceived", .string(event.lastReceived.description))
        object.append("times", .number(JSONNumber(event.times)))
        object.append(
            "problem",
            ["pointer": .string(event.pointer), "title": .string(event.title), "detail": .string(event.detail)])
        if let hook = event.hook { object.append("hook", .string(hook)) }
        if let body = event.body { object.append(event.hook == nil ? "event" : "call", text(body)) }
        if let fixed = event.fixed { object.append("corrected", text(fixed)) }
        if let settled = event.settled { object.append("settled", .string(settled.description)) }
        if let settler = event.settledBy { object.append("settledBy", .string(settler)) }
        return .object(object)
    }

    /// As JSON where it is that; as it stands where PostgreSQL could not hold it as it came.
    private static func text(_ text: String) -> JSONValue {
        do { return try JSONParser.parse(Array(text.utf8)) } catch { return .string(text) }
    }
}

extension OrganizationOptions {
    /// Opens the quarantine of the organisation, with its minimisation rules, for as long as `body` runs.
    func withQuarantine<Value>(
        _ body: (QuarantineDesk, Minimisation) async throws -> Value
    ) async throws -> Value {
        try await withOrganization { connection, id in
            let rules = try await Organizations(connection).minimisation(of: id) ?? .standard
            return try await body(QuarantineDesk(connection, organization: id), rules)
        }
    }
}
