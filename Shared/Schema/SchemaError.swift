package import Postgres

/// Why the schema could not be brought up to date. Whatever was applied before stays applied.
package enum SchemaError: Error, Sendable {
    /// A file of this build is not as agreed: a fault of the build.
    case malformed(file: String, detail: String)
    /// A file has a number not above the one that was applied, or listed, before it.
    case outOfOrder(version: Int, after: Int)
    /// A file was edited or renamed after it had been applied.
    case changed(version: Int, name: String)
    /// The database was migrated by a newer build, in a way that this one must not work with.
    case ahead(version: Int, reason: String)
    /// Another migrator held the lock for the whole time allowed.
    case busy
    /// PostgreSQL refused, or could not be reached. `version` is the file that was running, if any.
    case database(PostgresError, version: Int?)
}

extension SchemaError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .malformed(let file, let detail): "migration \(file): \(detail)"
        case .outOfOrder(let version, let after):
            "migration \(version): expected a number above \(after), which comes before it; migrations only go forward"
        case .changed(let version, let name):
            "migration \(version) (\(name)) differs from the one this database was migrated with; released migrations are never edited"
        case .ahead(let version, let reason):
            "this database is at version \(version), which needs a newer build: \(reason)"
        case .busy: "another migration of this database is still running"
        case .database(let error, let version?): "migration \(version) failed: \(error)"
        case .database(let error, nil): "\(error)"
        }
    }
}
