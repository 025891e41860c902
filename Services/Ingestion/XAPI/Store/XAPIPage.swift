import Models
import Postgres

/// Statements as they are kept, with the time of storing.
struct XAPIPage: Sendable {
    var statements: [Stored]
    /// Behind which the next page begins; `nil`: there is no more.
    var cursor: XAPICursor?

    struct Stored: Sendable {
        let document: JSONObject
        let stored: Instant
    }
}
