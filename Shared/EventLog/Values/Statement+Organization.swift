import Models
import Postgres

extension Statement {
    /// For this transaction alone: whose rows, row-level security shows those of nobody else; and flushed before it is
    /// answered, whatever the database's default.
    static func working(for organization: OrganizationID) -> Statement {
        Statement(
            """
            SELECT set_config('onus.organization_id', $1, true), \(flushing)
            """,
            [.text(String(organization.rawValue))])
    }

    /// Keeps what an operator has chosen beyond a flush.
    static let flushing = """
        set_config('synchronous_commit', CASE WHEN current_setting('synchronous_commit') IN ('off', 'local')
            THEN 'on' ELSE current_setting('synchronous_commit') END, true)
        """
}
