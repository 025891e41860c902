import Postgres

/// Events as they came from the database. Nothing of them is parsed before it is asked for.
package struct LogBatch: Sendable {
    private let look: LogLook

    init(_ look: LogLook) { self.look = look }

    /// All of them, parsed.
    package func events() throws(LogError) -> [RecordedEvent] { try look.events() }
}

extension LogBatch: RandomAccessCollection {
    package var startIndex: Int { 0 }
    package var endIndex: Int { look.rows.count }
    package subscript(position: Int) -> RawEvent { RawEvent(look.rows[look.rows.startIndex + position]) }
}
