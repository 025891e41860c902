-- safe while older services run

-- Whoever waits for a lock is waited for by all who come later and want one that conflicts with it. So nobody queues behind a
-- transaction that has a relation for long: an error (55P03) where one had it a quarter of a second ago and has it still, found
-- without asking for any lock. Who only reads counts where `readers_too`.
CREATE FUNCTION log.refuse_long_holders(relation regclass, readers_too boolean) RETURNS void
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
    holders text[];
BEGIN
    FOR attempt IN 1..2 LOOP
        -- A transaction's virtual id is never used again by its process.
        holders := (
            SELECT array_agg(DISTINCT l.virtualtransaction) FROM pg_locks AS l
            WHERE l.locktype = 'relation' AND l.relation = refuse_long_holders.relation AND l.granted
                AND l.database = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database())
                AND l.pid <> pg_backend_pid() AND (readers_too OR l.mode NOT IN ('AccessShareLock', 'RowShareLock'))
                AND (attempt = 1 OR l.virtualtransaction = ANY (holders)));
        EXIT WHEN holders IS NULL;
        IF attempt = 2 THEN
            RAISE EXCEPTION 'a transaction has % for long', relation USING ERRCODE = 'lock_not_available';
        END IF;
        PERFORM pg_sleep(0.25);
    END LOOP;
END
$body$;
REVOKE ALL ON FUNCTION log.refuse_long_holders(regclass, boolean) FROM PUBLIC;

-- As V0105, save that it does not queue behind a transaction that stays open.
CREATE OR REPLACE FUNCTION log.close_tier(enough bigint) RETURNS boolean
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
    PERFORM log.refuse_long_holders(format('log.%I', present.name)::regclass, false);
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

-- As V0107, save that it does not queue behind a transaction that stays open.
CREATE OR REPLACE FUNCTION log.move_month(of_month date, to_archive boolean, step integer) RETURNS void
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp SET lock_timeout = '200ms' SET timezone = 'UTC'
AS $body$
DECLARE
    month_start timestamptz := date_trunc('month', of_month::timestamptz);
    month_end timestamptz := month_start + interval '1 month';
    live text := to_char(month_start, '"event_"YYYY"_"MM');
    archived text := to_char(month_start, '"archive_"YYYY"_"MM');
    here text := CASE WHEN to_archive THEN live ELSE archived END;
    seen pg_snapshot;
    has_grown boolean;
BEGIN
    IF to_regclass(format('log.%I', here)) IS NULL THEN
        RAISE EXCEPTION 'there is no table log.%', here USING ERRCODE = 'undefined_table';
    END IF;
    IF step = 3 THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('onus log.create_partitions', 0));
    END IF;
    IF step = 1 THEN
        IF NOT EXISTS (
            SELECT FROM pg_constraint
            WHERE conrelid = format('log.%I', here)::regclass AND conname = 'recorded_in_month'
        ) THEN
            PERFORM log.refuse_long_holders(format('log.%I', here)::regclass, true);
            EXECUTE format(
                'ALTER TABLE log.%I ADD CONSTRAINT recorded_in_month
                     CHECK (recorded >= %L AND recorded < %L) NOT VALID', here, month_start, month_end);
        END IF;
    ELSIF step = 2 THEN
        EXECUTE format('ALTER TABLE log.%I VALIDATE CONSTRAINT recorded_in_month', here);
    ELSIF to_archive THEN
        IF current_setting('transaction_isolation') <> 'read committed' THEN
            RAISE EXCEPTION 'a month is moved under READ COMMITTED only: no other isolation sees what came last'
                USING ERRCODE = 'object_not_in_prerequisite_state';
        END IF;
        seen := pg_current_snapshot();
        IF month_end > now() - interval '1 hour' OR NOT log.is_read(live) THEN
            RAISE EXCEPTION 'not every consumer has read log.%, or the month is not over', live
                USING ERRCODE = 'object_not_in_prerequisite_state';
        END IF;
        PERFORM log.refuse_long_holders('log.event', true);
        -- Waits for every writer that has the log open; from here on there is none.
        LOCK TABLE ONLY log.event IN ACCESS EXCLUSIVE MODE;
        EXECUTE format(
            'SELECT EXISTS (
                 SELECT FROM log.%I AS e
                 WHERE (e.era, e.xid) >= (onus.current_era(), pg_snapshot_xmin($1))
                     AND NOT pg_visible_in_snapshot(e.xid, $1))', live) INTO has_grown USING seen;
        IF has_grown THEN
            RAISE EXCEPTION 'log.% has got an event just now, which is to be read first', live
                USING ERRCODE = 'object_not_in_prerequisite_state';
        END IF;
        EXECUTE format('ALTER TABLE log.event DETACH PARTITION log.%I', live);
        EXECUTE format('ALTER TABLE log.%I RENAME TO %I', live, archived);
        EXECUTE format(
            'ALTER TABLE log.archive ATTACH PARTITION log.%I FOR VALUES FROM (%L) TO (%L)',
            archived, month_start, month_end);
        EXECUTE format('ALTER TABLE log.%I DROP CONSTRAINT recorded_in_month', archived);
    ELSE
        -- The default partition is locked too, which every reader of the log has.
        PERFORM log.refuse_long_holders('log.archive', true), log.refuse_long_holders('log.event', true);
        PERFORM log.watch_month(format('log.%I', archived)::regclass);
        EXECUTE format('ALTER TABLE log.archive DETACH PARTITION log.%I', archived);
        EXECUTE format('ALTER TABLE log.%I RENAME TO %I', archived, live);
        EXECUTE format(
            'ALTER TABLE log.event ATTACH PARTITION log.%I FOR VALUES FROM (%L) TO (%L)', live, month_start, month_end);
        EXECUTE format('ALTER TABLE log.%I DROP CONSTRAINT recorded_in_month', live);
    END IF;
END
$body$;
