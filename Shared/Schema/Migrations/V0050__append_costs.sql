-- safe while older services run
-- What an append asks for each row, asked once a statement.

-- A sub-select without an outer reference is computed once a statement; the bare function once a row.
ALTER POLICY own_events ON log.event
    USING (organization_id = (SELECT onus.current_organization()))
    WITH CHECK (organization_id = (SELECT onus.current_organization()));
ALTER POLICY own_identities ON log.identity
    USING (organization_id = (SELECT onus.current_organization()))
    WITH CHECK (organization_id = (SELECT onus.current_organization()));
