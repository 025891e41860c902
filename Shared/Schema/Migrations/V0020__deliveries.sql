-- safe while older services run

-- A receiver of outgoing webhooks. `secrets`, newest first, all sign a call, so that a receiver can change over.
CREATE TABLE notice.webhook (
    organization_id integer NOT NULL REFERENCES onus.organization (id),
    id bigint GENERATED ALWAYS AS IDENTITY,
    url text NOT NULL,
    kinds text[] NOT NULL,
    secrets text[] NOT NULL,
    created timestamptz NOT NULL DEFAULT now(),
    disabled timestamptz,
    CONSTRAINT webhook_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT webhook_url_is_web CHECK (url ~ '^https?://'),
    CONSTRAINT webhook_has_kinds CHECK (cardinality(kinds) > 0),
    CONSTRAINT webhook_has_secrets CHECK (cardinality(secrets) BETWEEN 1 AND 2)
);

-- One way of one notice to one receiver; a digest has no notice of its own. Addresses are looked up when it is sent,
-- not copied here. `due`, `leased_until` and `attempts` make it a job; `identity` is what its Message-ID or webhook-id
-- is made of, the same on every attempt. `day` is the recipient's calendar day, by which the allowance counts.
CREATE TABLE notice.delivery (
    organization_id integer NOT NULL REFERENCES onus.organization (id),
    id bigint GENERATED ALWAYS AS IDENTITY,
    notice_id bigint,
    kind text NOT NULL,
    channel text NOT NULL,
    recipient text NOT NULL,
    webhook_id bigint,
    state text NOT NULL,
    day date NOT NULL,
    due timestamptz NOT NULL,
    leased_until timestamptz,
    attempts integer NOT NULL DEFAULT 0,
    last_error text,
    digest_id bigint,
    identity uuid NOT NULL DEFAULT gen_random_uuid(),
    created timestamptz NOT NULL DEFAULT now(),
    finished timestamptz,
    CONSTRAINT delivery_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT delivery_channel CHECK (channel IN ('inbox', 'email', 'webhook')),
    CONSTRAINT delivery_state CHECK (state IN ('pending', 'sent', 'held', 'digested', 'muted', 'parked')),
    CONSTRAINT delivery_webhook CHECK ((channel = 'webhook') = (webhook_id IS NOT NULL)),
    CONSTRAINT delivery_digest CHECK ((state = 'digested') = (digest_id IS NOT NULL))
);

-- A notice is planned once, whatever happens in between.
CREATE UNIQUE INDEX delivery_once_idx
    ON notice.delivery (organization_id, notice_id, channel, coalesce(webhook_id, 0)) WHERE notice_id IS NOT NULL;
-- Claiming, and the oldest due for `onus status`.
CREATE INDEX delivery_due_idx ON notice.delivery (organization_id, due, id) WHERE state = 'pending';
-- Digests that are due.
CREATE INDEX delivery_held_idx ON notice.delivery (organization_id, due, recipient) WHERE state = 'held';
-- The day's allowance of one person.
CREATE INDEX delivery_allowance_idx ON notice.delivery (organization_id, recipient, day) WHERE channel = 'email';
-- A person's inbox, newest first.
CREATE INDEX delivery_inbox_idx ON notice.delivery (organization_id, recipient, id DESC) WHERE channel = 'inbox';
-- What an operator must look at.
CREATE INDEX delivery_parked_idx ON notice.delivery (organization_id, id) WHERE state = 'parked';
-- The notices of one digest.
CREATE INDEX delivery_digest_idx ON notice.delivery (organization_id, digest_id) WHERE digest_id IS NOT NULL;

-- What a person chose. No row: mail, and the standard quiet hours. Minutes are of their own wall clock.
CREATE TABLE notice.preference (
    organization_id integer NOT NULL REFERENCES onus.organization (id),
    person text NOT NULL,
    email boolean NOT NULL DEFAULT true,
    quiet_from_minute smallint NOT NULL DEFAULT 1080,
    quiet_until_minute smallint NOT NULL DEFAULT 480,
    quiet_weekends boolean NOT NULL DEFAULT true,
    CONSTRAINT preference_pkey PRIMARY KEY (organization_id, person),
    CONSTRAINT preference_minutes CHECK (quiet_from_minute BETWEEN 0 AND 1439 AND quiet_until_minute BETWEEN 0 AND 1439)
);

-- A kind that a person does not want mail about. It stays in the inbox.
CREATE TABLE notice.mute (
    organization_id integer NOT NULL REFERENCES onus.organization (id),
    person text NOT NULL,
    kind text NOT NULL,
    created timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT mute_pkey PRIMARY KEY (organization_id, person, kind),
    CONSTRAINT mute_not_contested CHECK (kind <> 'evidence_contested')
);

-- When a person opened a notice in the inbox.
CREATE TABLE notice.reading (
    organization_id integer NOT NULL REFERENCES onus.organization (id),
    person text NOT NULL,
    notice_id bigint NOT NULL,
    read timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT reading_pkey PRIMARY KEY (organization_id, person, notice_id)
);

-- What seals the organisation's unsubscribe links; made by the notification service when it first needs it.
CREATE TABLE notice.unsubscribe_key (
    organization_id integer NOT NULL REFERENCES onus.organization (id),
    key bytea NOT NULL,
    created timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT unsubscribe_key_pkey PRIMARY KEY (organization_id),
    CONSTRAINT unsubscribe_key_length CHECK (octet_length(key) = 32)
);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['webhook', 'delivery', 'preference', 'mute', 'reading', 'unsubscribe_key'] LOOP
        EXECUTE format('ALTER TABLE notice.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY organization ON notice.%I USING (organization_id = onus.current_organization())', name);
    END LOOP;
END
$$;
-- Notification serves all organisations from one queue.
CREATE POLICY delivery_notification ON notice.delivery TO onus_notification USING (true);

GRANT SELECT ON notice.webhook, notice.preference, notice.mute TO onus_notification;
GRANT SELECT, INSERT, UPDATE ON notice.delivery TO onus_notification;
GRANT UPDATE (disabled) ON notice.webhook TO onus_notification;
GRANT INSERT ON notice.mute TO onus_notification;
GRANT SELECT, INSERT ON notice.unsubscribe_key TO onus_notification;

-- The console shows the inbox and keeps what people choose; it sees neither secrets nor addresses.
GRANT SELECT ON notice.delivery TO onus_console;
GRANT SELECT, INSERT, UPDATE, DELETE ON notice.preference, notice.mute TO onus_console;
GRANT SELECT, INSERT ON notice.reading TO onus_console;

-- Assignments that have begun and count today: not retracted, and of their contests and resolutions the last one lets
-- them stand. (Types: 1 assignment, 16 retraction, 17 contest, 18 resolution, the last two retractable themselves.)
-- Both views run with their owner's rights and show one organisation, so that notification needs no right to the facts.
CREATE VIEW facts.assignment AS
SELECT e.organization_id, e.person, e.data::jsonb AS data, e.data::jsonb ->> 'effectiveFrom' AS effective_from, e.time,
    e.source, e.id
FROM facts.event AS e
WHERE e.organization_id = onus.current_organization() AND e.type = 1
    AND (e.data::jsonb ->> 'effectiveFrom')::date <= (now() AT TIME ZONE 'UTC')::date
    AND NOT EXISTS (
        SELECT FROM facts.event AS r
        WHERE r.organization_id = e.organization_id AND r.target = e.identity AND r.type = 16)
    AND coalesce((
        SELECT c.type = 18 AND c.data::jsonb ->> 'decision' = 'stands' FROM facts.event AS c
        WHERE c.organization_id = e.organization_id AND c.target = e.identity AND c.type IN (17, 18)
            AND c.day <= (now() AT TIME ZONE 'UTC')::date
            AND NOT EXISTS (
                SELECT FROM facts.event AS r
                WHERE r.organization_id = c.organization_id AND r.target = c.identity AND r.type = 16)
        ORDER BY c.time DESC, c.source DESC, c.id DESC LIMIT 1
    ), true);

-- People as of today: where a notice reaches them and who is above them. Of somebody who has left, the last manager.
CREATE VIEW facts.person_directory AS
SELECT today.organization_id, today.person, today.data ->> 'name' AS name, today.data ->> 'email' AS email,
    today.data ->> 'timeZone' AS time_zone, today.data ->> 'locale' AS locale,
    (today.data ->> 'active')::boolean AS active,
    coalesce(nullif(today.data ->> 'manager', today.person), before.manager) AS manager
FROM (
    SELECT DISTINCT ON (a.organization_id, a.person) a.organization_id, a.person, a.data
    FROM facts.assignment AS a
    ORDER BY a.organization_id, a.person, a.effective_from DESC, a.time DESC, a.source DESC, a.id DESC
) AS today
LEFT JOIN LATERAL (
    SELECT a.data ->> 'manager' AS manager
    FROM facts.assignment AS a
    WHERE NOT (today.data ->> 'active')::boolean AND a.organization_id = today.organization_id
        AND a.person = today.person AND a.data ->> 'manager' <> today.person
    ORDER BY a.effective_from DESC, a.time DESC, a.source DESC, a.id DESC LIMIT 1
) AS before ON true;

REVOKE SELECT ON facts.event FROM onus_notification;
GRANT SELECT ON facts.person_directory TO onus_notification;

-- A person's inbox: every notice that was decided to be theirs, and when they opened it. Runs with the reader's
-- rights, so row-level security holds.
CREATE VIEW notice.inbox WITH (security_invoker = true) AS
SELECT d.organization_id, d.recipient AS person, d.id AS delivery_id, n.id AS notice_id, n.kind, n.person AS about,
    n.recipient_role, n.day, n.created, n.reason, n.evidence, n.next_step, n.link, r.read
FROM notice.delivery AS d
JOIN notice.notice AS n ON n.organization_id = d.organization_id AND n.id = d.notice_id
LEFT JOIN notice.reading AS r
    ON r.organization_id = d.organization_id AND r.person = d.recipient AND r.notice_id = d.notice_id
WHERE d.channel = 'inbox';
GRANT SELECT ON notice.inbox TO onus_console;
