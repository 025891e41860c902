-- safe while older services run
-- The unsubscribe link in mail of a kind that can't be muted switches mail off altogether; the inbox remains.
GRANT INSERT (organization_id, person, email), UPDATE (email) ON notice.preference TO onus_notification;
-- A recipient who left between planning and sending: the notice goes back to be planned for somebody else.
GRANT DELETE ON notice.delivery TO onus_notification;
GRANT INSERT ON notice.pending TO onus_notification;
