/// How a database's schema stands to the one this build was written for.
package enum SchemaState: Hashable, Sendable {
    /// As this build knows it, or ahead by steps that are safe for it.
    case current
    /// `onus migrate` has not run since this build came. `database` is 0 where it never ran.
    case tooOld(database: Int, expected: Int)
    /// Migrated by a newer build, in a way this one must not work with.
    case ahead(database: Int, expected: Int, reason: String)
    /// The database was restored into another cluster, and `onus migrate` has not run there yet.
    case restoredElsewhere
}

extension SchemaState: CustomStringConvertible {
    package var description: String {
        switch self {
        case .current: "schema is current"
        case .tooOld(let database, let expected):
            "schema: expected version \(expected), got \(database); run \"onus migrate\""
        case .ahead(let database, let expected, let reason):
            "schema: expected version \(expected), got \(database), which this build can't work with (\(reason)); run a newer build"
        case .restoredElsewhere:
            "schema: this database was restored into another cluster; run \"onus migrate\""
        }
    }
}
