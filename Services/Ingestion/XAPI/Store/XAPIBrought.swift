import EventLog
import Models
import Postgres

/// A statement on its way behind the wall, with what it is to Onus.
struct XAPIBrought: Sendable {
    let statement: XAPIStatement
    let fact: XAPIFact?

    private var isJob: Bool { fact?.isJob ?? false }

    /// The arguments of `learner.keep_statements`.
    static func columns(_ brought: [XAPIBrought], _ bringer: XAPIBringer) -> [Binding] {
        let statements = brought.map(\.statement)
        return [
            .bytea(bringer.hash), .uuidArray(statements.map(\.id)),
            .timestamptzArray(statements.map(\.time?.timestamp)),
            .byteaArray(statements.map(\.digest)),
            .textArray(brought.map { $0.fact == nil || $0.isJob ? nil : $0.statement.parts.actor.person?.rawValue }),
            .uuidArray(brought.map { $0.fact == nil ? nil : XAPIFact.identity($0.statement.id).hash }),
            .boolArray(brought.map(\.isJob)), .uuidArray(statements.map(\.voids)), .uuidArray(statements.map(\.refers)),
            .textArray(statements.map { keys($0, bringer) }),
            .textArray(statements.map { JSONValue.object($0.document).serialized }),
        ]
    }

    /// As PostgreSQL writes an array.
    private static func keys(_ statement: XAPIStatement, _ bringer: XAPIBringer) -> String {
        let keys = statement.keys.map { "\($0.value(bringer.organization, bringer: bringer.name))" }
        return "{\(keys.sorted().joined(separator: ","))}"
    }
}
