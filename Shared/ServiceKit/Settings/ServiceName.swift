/// One of the four services: its executable's name, its port and its database role all follow from this.
package enum ServiceName: String, CaseIterable, Sendable {
    case ingestion, scoring, notification, console

    /// The executable, such as `onus-ingestion`; also the connection's `application_name`.
    package var executable: String { "onus-\(rawValue)" }

    /// The group role that this service's login role is a member of (see `Shared/Schema`).
    package var databaseRole: String { "onus_\(rawValue)" }

    /// The port that the contract gives this service.
    package var defaultPort: Int {
        switch self {
        case .ingestion: 8080
        case .scoring: 8081
        case .notification: 8082
        case .console: 8083
        }
    }
}
