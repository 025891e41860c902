-- safe while older services run
-- What an append does for each row, done once a statement or seldom.

-- A sub-select without an outer reference is computed once a statement; the bare function once a row.
ALTER POLICY own_events ON log.event
    USING (organization_id = (SELECT onus.current_organization()))
    WITH CHECK (organization_id = (SELECT onus.current_organization()));
ALTER POLICY own_identities ON log.identity
    USING (organization_id = (SELECT onus.current_organization()))
    WITH CHECK (organization_id = (SELECT onus.current_organization()));

-- Each session takes so many numbers at once. They still rise within a transaction, which is all that they order: between
-- transactions `xid` or `recorded` comes first.
ALTER SEQUENCE log.event_seq CACHE 256;
