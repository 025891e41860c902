-- safe while older services run
-- Tokens that are replaced with an overlap, and tokens that may send only so much. An older ingestion goes on with
-- onus.authenticate, which knows no rate: it lets such a token send as fast as it can.
ALTER TABLE onus.token
    ADD COLUMN replaced timestamptz,    -- since when a rotation's new secret stands beside it
    ADD COLUMN rate integer,            -- events a second, by each replica; null: as many as the service can take
    ADD CONSTRAINT token_rate_sensible CHECK (rate BETWEEN 1 AND 1000000);

-- onus.authenticate (V0001) with the token's rate. It stays beside this one for services that know nothing else: the
-- columns of a function's result can't be added to.
CREATE FUNCTION onus.authenticate_2(hash bytea)
    RETURNS TABLE (organization_id integer, id uuid, name text, role text, rate integer)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
#variable_conflict use_column
BEGIN
    -- SKIP LOCKED: of many requests with one token the first notes its use, the others don't wait.
    UPDATE onus.token AS used SET last_used = statement_timestamp()
    FROM (
        SELECT t.organization_id, t.id FROM onus.token AS t
        WHERE t.hash = authenticate_2.hash AND t.revoked IS NULL
            AND coalesce(t.expires, 'infinity') > statement_timestamp()
            AND coalesce(t.last_used, '-infinity') < statement_timestamp() - interval '1 minute'
        FOR NO KEY UPDATE SKIP LOCKED
    ) AS stale
    WHERE used.organization_id = stale.organization_id AND used.id = stale.id;
    RETURN QUERY
        SELECT t.organization_id, t.id, t.name, t.role, t.rate FROM onus.token AS t
        WHERE t.hash = authenticate_2.hash AND t.revoked IS NULL
            AND coalesce(t.expires, 'infinity') > statement_timestamp();
END
$body$;
REVOKE ALL ON FUNCTION onus.authenticate_2(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION onus.authenticate_2(bytea)
    TO onus_ingestion, onus_scoring, onus_notification, onus_console;
