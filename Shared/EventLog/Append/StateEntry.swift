import Models
import Postgres

/// An event whose identity names a state of something: while it stays so, it is one event, and when it comes back, another.
package struct StateEntry: Sendable {
    let entry: LogEntry
    /// A hash of what it is a state of.
    let subject: UUIDBytes

    package init(_ entry: LogEntry, of subject: String) {
        self.entry = entry
        // Hashed as an identity is; what it belongs to beside the source is in the row's key.
        self.subject = EventIdentity(source: entry.identity.source, id: subject).hash
    }
}
