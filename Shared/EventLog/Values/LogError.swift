package import Models
package import Postgres

/// Why the log could not be read.
package enum LogError: Error, Sendable {
    case database(PostgresError)
    /// An event that this build can't read, such as one of a type that a newer service wrote. Nothing was skipped:
    /// a newer build will read it.
    case unreadable(organization: OrganizationID, hash: UUIDBytes, detail: String)
}

extension LogError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .database(let error): "\(error)"
        case .unreadable(let organization, let hash, let detail):
            "event \(hash) of organisation \(organization) can't be read by this build: \(detail)"
        }
    }
}
