package import Postgres

extension PostgresError {
    /// Whether the database can't be used now, through no fault of the request: it may be well in a moment.
    package var isUnavailability: Bool {
        switch kind {
        case .connectionFailed, .connectionLost, .poolExhausted, .closed: true
        case .server:
            // Insufficient resources, operator intervention (a shutdown, a time-out), a read-only standby, a restored
            // database that `onus migrate` has not seen yet, and what remained in conflict after all retries.
            sqlState.map {
                ["53", "57"].contains($0.class) || [.readOnlyTransaction, .objectNotInPrerequisite].contains($0)
            } == true || isRetryable
        case .cancelled, .decoding, .protocol: false
        }
    }
}
