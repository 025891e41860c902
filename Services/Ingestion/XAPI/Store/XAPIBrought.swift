import EventLog
import Models
import Postgres

/// A statement on its way behind the wall, with the event that it becomes.
struct XAPIBrought: Sendable {
    let statement: XAPIStatement
    let event: ValidatedEvent?

    private var isJob: Bool { event.map { !$0.event.payload.isPersonalLearning } ?? false }

    /// The arguments of `learner.bring_statements`.
    static func columns(_ brought: [XAPIBrought], _ bringer: XAPIBringer) -> [Binding] {
        let statements = brought.map(\.statement)
        return [
            .bytea(bringer.hash), .uuidArray(statements.map(\.id)), .timestamptzArray(statements.map(\.time.timestamp)),
            .boolArray(statements.map(\.isTimed)), .byteaArray(statements.map(\.digest)),
            .textArray(brought.map { $0.isJob || $0.event == nil ? nil : $0.statement.parts.actor.person?.rawValue }),
            .uuidArray(brought.map { $0.event?.identity.hash }), .boolArray(brought.map(\.isJob)),
            .uuidArray(statements.map(\.voids)), .textArray(statements.map { keys($0, bringer) }),
            .textArray(statements.map { JSONValue.object($0.document).serialized }),
        ]
    }

    /// As PostgreSQL writes an array.
    private static func keys(_ statement: XAPIStatement, _ bringer: XAPIBringer) -> String {
        let keys = statement.keys.map { "\($0.value(bringer.organization, bringer: bringer.name))" }
        return "{\(keys.sorted().joined(separator: ","))}"
    }
}
