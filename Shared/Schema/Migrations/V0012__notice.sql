-- safe while older services run
-- Notices: that something is due, decided by scoring together with the facts it rests on. How and when it is
-- delivered is notification's (its own tables follow in later migrations).
CREATE SCHEMA notice;

CREATE TABLE notice.notice (
    organization_id integer NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    key text COLLATE "C" NOT NULL,           -- the situation and its recipient: never announced twice
    digest uuid NOT NULL,                    -- of key, which may be longer than an index takes
    kind text NOT NULL,
    recipient text COLLATE "C" NOT NULL,     -- a person, or the contact's person
    recipient_role text NOT NULL,
    day date NOT NULL,                       -- the day the situation arose
    created timestamptz NOT NULL DEFAULT now(),
    person text COLLATE "C",                 -- whom it is about, where it is about somebody
    reason text NOT NULL,
    evidence jsonb NOT NULL,                 -- [{"source": …, "id": …}, …]
    next_step text NOT NULL,
    link text NOT NULL,                      -- path in the console
    CONSTRAINT notice_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT notice_digest_key UNIQUE (organization_id, digest)
);
-- The inbox of a person, newest first.
CREATE INDEX notice_recipient_idx ON notice.notice (organization_id, recipient, id DESC);

-- Notices whose deliveries notification has still to decide; it deletes the row in the transaction that plans them.
CREATE TABLE notice.pending (
    organization_id integer NOT NULL,
    notice_id bigint NOT NULL,
    CONSTRAINT pending_pkey PRIMARY KEY (organization_id, notice_id)
);

ALTER TABLE notice.notice ENABLE ROW LEVEL SECURITY;
CREATE POLICY notice_organization ON notice.notice USING (organization_id = onus.current_organization());
ALTER TABLE notice.pending ENABLE ROW LEVEL SECURITY;
CREATE POLICY pending_organization ON notice.pending USING (organization_id = onus.current_organization());
-- Notification serves all organisations from one queue.
CREATE POLICY notice_notification ON notice.notice TO onus_notification USING (true);
CREATE POLICY pending_notification ON notice.pending TO onus_notification USING (true);

GRANT USAGE ON SCHEMA notice TO onus_scoring, onus_notification, onus_console;
GRANT SELECT, INSERT ON notice.notice TO onus_scoring;
GRANT SELECT, INSERT ON notice.pending TO onus_scoring;
GRANT SELECT ON notice.notice TO onus_notification, onus_console;
GRANT SELECT, UPDATE, DELETE ON notice.pending TO onus_notification;
