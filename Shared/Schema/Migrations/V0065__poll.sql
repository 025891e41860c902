-- safe while older services run

-- Where each poll stands. A row is leased to one process; what that process writes counts only while the lease is its
-- own, so that one that was held up can't set a cursor back.
CREATE TABLE hook.poll (
    organization_id integer NOT NULL,
    name text NOT NULL,
    due timestamptz NOT NULL DEFAULT now(),
    wanted timestamptz,        -- when a call last asked for a poll
    lease uuid,
    leased timestamptz,
    leased_until timestamptz,
    cursor text,               -- from where the next complete poll asks
    page text,                 -- the address of the page that is next
    high text,                 -- the greatest value seen since the first page
    began timestamptz,         -- when the first page was asked for
    failures integer NOT NULL DEFAULT 0,    -- in a row
    last_error text,
    last_success timestamptz,
    CONSTRAINT poll_pkey PRIMARY KEY (organization_id, name),
    CONSTRAINT poll_hook_known FOREIGN KEY (organization_id, name) REFERENCES hook.hook (organization_id, name)
        ON DELETE CASCADE
);
-- Every replica asks every few seconds, for all organisations.
CREATE INDEX poll_due_idx ON hook.poll (due);
ALTER TABLE hook.poll ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_polls ON hook.poll USING (organization_id = onus.current_organization());
CREATE POLICY every_poll ON hook.poll TO onus_ingestion USING (true);
GRANT SELECT, UPDATE ON hook.poll TO onus_ingestion;
