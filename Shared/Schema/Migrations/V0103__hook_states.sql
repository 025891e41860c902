-- safe while older services run

-- How each thing of a vendor's stands as its hook saw it last, where an event's identity names a state (`stateOf` in a
-- connector's file): a state that comes back is told from one that is read again. The row is locked while its event is
-- appended. Older services neither read nor write it.
CREATE TABLE hook.state (
    organization_id integer NOT NULL,
    name text NOT NULL,       -- the hook's
    subject uuid NOT NULL,    -- a hash of what it is a state of: nobody's identifier stands here
    state uuid,               -- the identity of the state's first event, in log.identity; null only until its row is written whole
    changes integer NOT NULL DEFAULT 0,
    seen timestamptz,         -- since when it is so
    -- When the row was written last. A state whose identity is younger has its event already, by somebody who does not count.
    counted timestamptz,
    CONSTRAINT state_pkey PRIMARY KEY (organization_id, name, subject),
    -- Forgotten with the hook.
    CONSTRAINT state_hook_known FOREIGN KEY (organization_id, name) REFERENCES hook.hook (organization_id, name)
        ON DELETE CASCADE
);
ALTER TABLE hook.state ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_states ON hook.state USING (organization_id = onus.current_organization());
GRANT SELECT, INSERT (organization_id, name, subject), UPDATE (state, changes, seen, counted) ON hook.state TO onus_ingestion;
