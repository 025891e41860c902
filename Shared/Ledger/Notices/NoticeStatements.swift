import Models
import Postgres

/// The statements over `notice.notice` and `notice.pending`.
enum NoticeStatements {
    /// Announces what has not been announced before, and hands it to notification: one row, the number of new ones.
    static func announce(_ notices: [Notice], organization: OrganizationID) -> Statement {
        Statement(
            """
            WITH arisen AS (
                INSERT INTO notice.notice
                    (organization_id, key, digest, kind, recipient, recipient_role, day, person, reason, evidence,
                     next_step, link)
                SELECT $1, new.key, new.digest, new.kind, new.recipient, new.recipient_role, new.day, new.person,
                    new.reason, new.evidence::jsonb, new.next_step, new.link
                FROM unnest(
                    $2::text[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::date[], $8::text[], $9::text[],
                    $10::text[], $11::text[], $12::text[])
                    AS new (key, digest, kind, recipient, recipient_role, day, person, reason, evidence, next_step, link)
                ON CONFLICT (organization_id, digest) DO NOTHING
                RETURNING id
            ), handed_over AS (
                INSERT INTO notice.pending (organization_id, notice_id) SELECT $1, id FROM arisen RETURNING 1
            )
            SELECT count(*) FROM handed_over
            """,
            [
                .int4(organization.rawValue),
                .textArray(notices.map(\.key)),
                .uuidArray(notices.map { Digest.of([$0.key]) }),
                .textArray(notices.map(\.kind.rawValue)),
                .textArray(notices.map(\.recipient.rawValue)),
                .textArray(notices.map(\.recipientRole.rawValue)),
                .dateArray(notices.map { DateValue($0.day) }),
                .textArray(notices.map { $0.subjectPerson?.rawValue }),
                .textArray(notices.map(\.reason)),
                .textArray(notices.map { JSONValue.array($0.evidence.map(\.json)).serialized }),
                .textArray(notices.map(\.nextStep)),
                .textArray(notices.map(\.link)),
            ])
    }
}
