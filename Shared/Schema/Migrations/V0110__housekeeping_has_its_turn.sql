-- safe while older services run

-- As V0109, save that it tries for a shorter time, and waits for a moment where the tables have grown far.
CREATE OR REPLACE FUNCTION log.rotate_acks(settled interval DEFAULT '3 s', grown bigint DEFAULT 65536) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET jit = off
AS $body$
DECLARE
    slot integer;
    written regclass;
    other regclass;
    is_empty boolean;
    is_settled boolean;
    copied_rows integer;
    tries integer := 0;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtextextended('onus log.rotate_acks', 0)) THEN
        RETURN false;
    END IF;
    slot := (SELECT last_value FROM log.ack_slot) % 2;
    written := format('log.ack_%s', slot)::regclass;
    other := format('log.ack_%s', 1 - slot)::regclass;
    EXECUTE format('SELECT NOT EXISTS (SELECT FROM %s)', other) INTO is_empty;
    IF is_empty THEN
        IF pg_relation_size(written) < grown THEN
            RETURN false;
        END IF;
        -- Rather than wait: every acknowledgement would queue behind it, and one that is held open would hold up all.
        WHILE NOT pg_try_advisory_xact_lock(hashtextextended('onus log.ack_slot', 0)) LOOP
            IF tries = 10 THEN
                -- Somebody always has it: the tables must not grow for ever.
                IF pg_relation_size(written) < 16 * grown THEN
                    RETURN false;
                END IF;
                BEGIN
                    -- For each megabyte 50 ms, and a second at most.
                    PERFORM set_config(
                        'lock_timeout', least(1000, greatest(50, 50 * pg_relation_size(written) / 1048576)) || 'ms', true);
                    PERFORM pg_advisory_xact_lock(hashtextextended('onus log.ack_slot', 0));
                EXCEPTION
                    WHEN lock_not_available THEN
                        RETURN false;
                END;
                EXIT;
            END IF;
            tries := tries + 1;
            PERFORM pg_sleep(0.002);
        END LOOP;
        -- Not nextval, which is logged 32 numbers ahead: after a crash the slot could be the other one.
        PERFORM setval('log.ack_slot', (SELECT last_value FROM log.ack_slot) + 1);
        RETURN true;
    END IF;
    EXECUTE format(
        'INSERT INTO %1$s (n, updated, era, shard, consumer, snapshot, target, cursor_xid, cursor_seq, copied)
         SELECT DISTINCT ON (o.consumer, o.shard) o.n, o.updated, o.era, o.shard, o.consumer, o.snapshot, o.target,
             o.cursor_xid, o.cursor_seq, clock_timestamp()
         FROM %2$s AS o
         WHERE NOT EXISTS (SELECT FROM %1$s AS w WHERE w.consumer = o.consumer AND w.shard = o.shard AND w.n >= o.n)
         ORDER BY o.consumer, o.shard, o.n DESC', written, other);
    GET DIAGNOSTICS copied_rows = ROW_COUNT;
    IF copied_rows > 0 THEN
        RETURN true;
    END IF;
    BEGIN
        -- Never waits: everybody behind it would wait as well.
        EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE NOWAIT', other);
    EXCEPTION
        WHEN lock_not_available THEN
            RETURN false;
    END;
    EXECUTE format(
        'SELECT NOT EXISTS (
             SELECT FROM %2$s AS o WHERE NOT EXISTS (
                 SELECT FROM %1$s AS w WHERE w.consumer = o.consumer AND w.shard = o.shard AND w.n >= o.n
                     AND coalesce(w.copied, w.updated) < clock_timestamp() - $1))', written, other)
        INTO is_settled USING settled;
    IF is_settled THEN
        EXECUTE format('TRUNCATE %s', other);
    END IF;
    RETURN is_settled;
END
$body$;

-- As V0109, save that the month that is now, and the next, are made where the log is always read.
CREATE OR REPLACE FUNCTION log.create_partitions(first date, last date) RETURNS integer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s' SET timezone = 'UTC'
AS $body$
DECLARE
    month_start timestamptz;
    month_end timestamptz;
    partition text;
    made integer := 0;
    patience text := current_setting('lock_timeout');
BEGIN
    IF last - first > 3700 THEN
        RAISE EXCEPTION 'create_partitions: expected at most ten years, got % to %', first, last
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    FOR month_start IN
        SELECT generate_series(date_trunc('month', first::timestamptz), last::timestamptz, interval '1 month')
    LOOP
        month_end := month_start + interval '1 month';
        partition := to_char(month_start, '"event_"YYYY"_"MM');
        CONTINUE WHEN to_regclass(format('log.%I', partition)) IS NOT NULL;
        PERFORM pg_advisory_xact_lock(hashtextextended('onus log.create_partitions', 0));
        CONTINUE WHEN to_regclass(format('log.%I', partition)) IS NOT NULL;    -- another one made it meanwhile
        -- Made apart and attached: CREATE TABLE … PARTITION OF would lock out all readers and writers of the log.
        EXECUTE format('CREATE TABLE log.%I (LIKE log.event INCLUDING ALL)', partition);
        EXECUTE format(
            'ALTER TABLE log.%I ADD CONSTRAINT recorded_in_month CHECK (recorded >= %L AND recorded < %L)',
            partition, month_start, month_end);
        -- The default partition is locked too, which every reader of the log has.
        -- That of now and the next one queue all the same: of many who each have it for a second some always do.
        IF month_end <= now() OR month_start > now() + interval '1 month' THEN
            PERFORM log.refuse_long_holders('log.event_default', true), set_config('lock_timeout', '200ms', true);
        END IF;
        IF EXISTS (SELECT FROM log.event_default WHERE recorded >= month_start AND recorded < month_end) THEN
            LOCK TABLE log.event_default IN ACCESS EXCLUSIVE MODE;
            EXECUTE format(
                'WITH late AS (DELETE FROM log.event_default WHERE recorded >= %L AND recorded < %L RETURNING *)
                 INSERT INTO log.%I SELECT * FROM late', month_start, month_end, partition);
        END IF;
        EXECUTE format(
            'ALTER TABLE log.event ATTACH PARTITION log.%I FOR VALUES FROM (%L) TO (%L)',
            partition, month_start, month_end);
        EXECUTE format('ALTER TABLE log.%I DROP CONSTRAINT recorded_in_month', partition);
        PERFORM set_config('lock_timeout', patience, true);
        IF month_end <= now() THEN
            PERFORM log.watch_month(format('log.%I', partition)::regclass);
        END IF;
        made := made + 1;
    END LOOP;
    RETURN made;
END
$body$;

-- As V0109, save that it does not queue either behind whoever has the default partition alone.
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
        PERFORM log.refuse_long_holders('log.archive', true), log.refuse_long_holders('log.event_default', true);
        PERFORM log.watch_month(format('log.%I', archived)::regclass);
        EXECUTE format('ALTER TABLE log.archive DETACH PARTITION log.%I', archived);
        EXECUTE format('ALTER TABLE log.%I RENAME TO %I', archived, live);
        -- Where a clock was set back, the month has got events while it was away.
        IF EXISTS (SELECT FROM log.event_default WHERE recorded >= month_start AND recorded < month_end) THEN
            LOCK TABLE log.event_default IN ACCESS EXCLUSIVE MODE;
            EXECUTE format(
                'WITH late AS (DELETE FROM log.event_default WHERE recorded >= %L AND recorded < %L RETURNING *)
                 INSERT INTO log.%I SELECT * FROM late', month_start, month_end, live);
        END IF;
        EXECUTE format(
            'ALTER TABLE log.event ATTACH PARTITION log.%I FOR VALUES FROM (%L) TO (%L)', live, month_start, month_end);
        EXECUTE format('ALTER TABLE log.%I DROP CONSTRAINT recorded_in_month', live);
    END IF;
END
$body$;

-- As V0108, save that a tier is closed at a sixteenth of all that are closed.
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
    IF held < greatest(enough, (SELECT sum(t.identities) / 16 FROM log.tier AS t))
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
