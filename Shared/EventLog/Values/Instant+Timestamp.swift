package import Models
package import Postgres

extension Instant {
    /// The instant as PostgreSQL's `timestamptz`.
    package var timestamp: Timestamp { Timestamp(microsecondsSince1970: microseconds) }

    package init(_ timestamp: Timestamp) { self.init(microseconds: timestamp.microsecondsSince1970) }
}
