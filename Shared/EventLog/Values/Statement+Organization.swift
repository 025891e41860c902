import Models
import Postgres

extension Statement {
    /// Says for whom the transaction works; row-level security shows the rows of nobody else.
    static func working(for organization: OrganizationID) -> Statement {
        Statement("SELECT set_config('onus.organization_id', $1, true)", [.text(String(organization.rawValue))])
    }
}
