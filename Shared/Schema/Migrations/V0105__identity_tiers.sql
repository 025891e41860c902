-- safe while older services run
-- Identities in tiers (decision 0052). One is open, and each append's identities go into it; the others are closed, and
-- nothing changes in them again. What an append dirties is then bounded by the open tier, however long the log is: with one
-- index over all identities, which are hashes, each new one falls on a page of its own.
--
-- An older ingestion knows only `log.identity`, the first tier. When that is closed its appends are refused and change
-- nothing. So that it can be replaced first, a tier that has identities now stays open for a day from the first look of a
-- newer ingestion on; from then on this migration counts as breaking, so that no older service starts.

CREATE TABLE log.tier (
    name text NOT NULL,              -- of its table in this schema
    begun timestamptz NOT NULL DEFAULT clock_timestamp(),
    closed timestamptz,              -- null: it is open
    identities bigint,               -- about how many, of a closed one
    filter bytea,                    -- which identities are surely not in a closed one: `IdentityFilter`; null: not made yet
    CONSTRAINT tier_pkey PRIMARY KEY (name),
    CONSTRAINT tier_closed_whole CHECK ((closed IS NULL) = (identities IS NULL) AND (closed IS NOT NULL OR filter IS NULL))
);
ALTER TABLE log.tier ALTER COLUMN filter SET STORAGE EXTERNAL;    -- every other bit of it is set: there is nothing to compress
CREATE UNIQUE INDEX tier_open_unique ON log.tier ((true)) WHERE closed IS NULL;
GRANT SELECT ON log.tier TO onus_ingestion;
INSERT INTO log.tier (name, begun)
VALUES ('identity', CASE WHEN EXISTS (SELECT FROM log.identity) THEN 'infinity'::timestamptz ELSE '-infinity' END);

-- For whoever still takes a closed tier for the open one. Its transaction can begin again, and finds the open one.
CREATE FUNCTION log.refuse_closed_tier() RETURNS trigger
    LANGUAGE plpgsql
AS $body$
BEGIN
    RAISE EXCEPTION 'the identities'' tier % is closed', TG_TABLE_NAME
        USING ERRCODE = 'serialization_failure', CONSTRAINT = 'tier_is_open', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
END
$body$;
REVOKE ALL ON FUNCTION log.refuse_closed_tier() FROM PUBLIC;

-- Closes the open tier and opens another where it holds about `enough` identities, and an eighth of all that are closed: so
-- that there are few tiers (ten with ten million identities, some thirty with a hundred). False where it does not, or
-- another session is about it.
--
-- Making the trigger takes a lock for which the transactions must have ended that have appended to the tier; those that
-- come later wait behind it. So nobody is let wait longer than a quarter of a second; the caller tries again later. Before
-- it there is a lock that only a vacuum holds, and gives up when somebody has waited for a second.
CREATE FUNCTION log.close_tier(enough bigint) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET lock_timeout = '3s' SET timezone = 'UTC' SET client_min_messages = 'warning'
AS $body$
DECLARE
    tier_rows CONSTANT integer := 136;    -- on a page of 8 kB
    present record;
    held bigint;
    -- By the clock, which no restored database sets back: a name is never used for other identities.
    next text := to_char(clock_timestamp(), '"identity_"YYYYMMDD"_"HH24MISSUS');
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtextextended('onus log.close_tier', 0)) THEN
        RETURN false;
    END IF;
    SELECT t.name, t.begun INTO STRICT present FROM log.tier AS t WHERE t.closed IS NULL;
    held := pg_relation_size(format('log.%I', present.name)::regclass) / current_setting('block_size')::integer * tier_rows;
    IF held < greatest(enough, (SELECT sum(t.identities) / 8 FROM log.tier AS t))
    THEN
        RETURN false;
    END IF;
    IF present.begun = 'infinity' THEN
        UPDATE log.tier AS t SET begun = now() WHERE t.name = present.name;
        RETURN false;
    ELSIF present.name = 'identity' AND present.begun > now() - interval '1 day' THEN
        RETURN false;
    END IF;
    EXECUTE format('LOCK TABLE ONLY log.identity, ONLY log.%I IN SHARE UPDATE EXCLUSIVE MODE', present.name);
    -- Whoever looks for an identity in `log.identity` looks in all tiers. Rights and policies are not inherited.
    EXECUTE format('CREATE TABLE log.%I (CONSTRAINT %I PRIMARY KEY (organization_id, identity)) INHERITS (log.identity)',
        next, next || '_pkey');
    EXECUTE format('ALTER TABLE log.%I ENABLE ROW LEVEL SECURITY', next);
    EXECUTE format(
        'CREATE POLICY own_identities ON log.%I USING (organization_id = (SELECT onus.current_organization()))
         WITH CHECK (organization_id = (SELECT onus.current_organization()))', next);
    EXECUTE format('GRANT SELECT, INSERT (organization_id, identity) ON log.%I TO onus_ingestion', next);
    PERFORM set_config('lock_timeout', '250ms', true);
    EXECUTE format(
        'CREATE TRIGGER tier_is_closed BEFORE INSERT ON log.%I FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_closed_tier()',
        present.name);
    UPDATE log.tier AS t SET closed = clock_timestamp(), identities = held WHERE t.name = present.name;
    INSERT INTO log.tier (name) VALUES (next);
    UPDATE onus.migration AS m SET breaking = 'ingestion of before appends to a table that is closed'
    WHERE m.version = 105 AND m.breaking IS NULL;
    RETURN true;
END
$body$;

-- The table of a tier that was closed at that moment. An error where it was not, as in a database that was restored to an
-- earlier one: what was known of the tier is not true of it.
CREATE FUNCTION log.closed_tier(tier text, since timestamptz) RETURNS regclass
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
    relation regclass := (
        SELECT format('log.%I', t.name)::regclass FROM log.tier AS t WHERE t.name = tier AND t.closed = since);
BEGIN
    IF relation IS NULL THEN
        RAISE EXCEPTION 'the identities'' tier % was not closed at %', tier, since
            USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    RETURN relation;
END
$body$;

-- The identities of some pages of a closed tier, 16 bytes each, over all organisations: what its filter is made of. Null
-- behind its last page.
CREATE FUNCTION log.tier_identities(tier text, since timestamptz, first bigint, pages integer) RETURNS bytea
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
    relation regclass := log.closed_tier(tier, since);
    found bytea;
BEGIN
    IF first >= pg_relation_size(relation) / current_setting('block_size')::integer THEN
        RETURN NULL;
    END IF;
    EXECUTE format('SELECT string_agg(uuid_send(i.identity), '''') FROM ONLY %s AS i WHERE i.ctid >= $1 AND i.ctid < $2', relation)
        INTO found USING format('(%s,0)', first)::tid, format('(%s,0)', first + pages)::tid;
    RETURN coalesce(found, '');
END
$body$;

-- Keeps a closed tier's filter for all who append. The first one made stays.
CREATE FUNCTION log.keep_filter(tier text, since timestamptz, made bytea) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
    PERFORM log.closed_tier(tier, since);
    UPDATE log.tier AS t SET filter = made WHERE t.name = tier AND t.filter IS NULL;
END
$body$;

REVOKE ALL ON FUNCTION log.close_tier(bigint), log.closed_tier(text, timestamptz), log.tier_identities(text, timestamptz, bigint, integer),
    log.keep_filter(text, timestamptz, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.close_tier(bigint), log.tier_identities(text, timestamptz, bigint, integer),
    log.keep_filter(text, timestamptz, bytea) TO onus_ingestion;
