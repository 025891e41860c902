import Models
import Postgres

/// Who wrote an organisation's facts last. A worker trusts its ``OrganizationHistory`` only while its own name stands
/// there; a replay, or a worker that took over, writes another one. Written under the lock of the log's position.
enum WriterStatements {
    static func sign(_ worker: UUIDBytes, organization: OrganizationID) -> Statement {
        Statement(
            """
            INSERT INTO score.writer (organization_id, worker) VALUES ($1, $2)
            ON CONFLICT (organization_id) DO UPDATE SET worker = excluded.worker
            WHERE score.writer.worker <> excluded.worker
            """,
            [.int4(organization.rawValue), .uuid(worker)])
    }
}
