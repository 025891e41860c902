import Models
import Postgres

/// How statuses changed from one day's turn to the next.
enum TurnStatusStatements {
    /// Managers who became `outsourced`, programmes that became `unlinked`; then all statuses are remembered.
    static func all(organization: OrganizationID) -> [Statement] {
        [
            """
            SELECT manager FROM score.current
            WHERE organization_id = $1 AND status = 'outsourced' AND turn_status <> 'outsourced' ORDER BY manager
            """,
            """
            SELECT programme FROM score.programme_current
            WHERE organization_id = $1 AND status = 'unlinked' AND turn_status <> 'unlinked' ORDER BY programme
            """,
            """
            UPDATE score.current SET turn_status = status
            WHERE organization_id = $1 AND turn_status IS DISTINCT FROM status
            """,
            """
            UPDATE score.programme_current SET turn_status = status
            WHERE organization_id = $1 AND turn_status IS DISTINCT FROM status
            """,
        ].map { Statement($0, [.int4(organization.rawValue)]) }
    }
}
