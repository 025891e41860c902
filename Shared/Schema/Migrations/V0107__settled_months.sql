-- safe while older services run

-- Months of the log that are over and settled (decision 0054): whoever reads on from behind them leaves their partitions out,
-- which cost each look something for each month, read or not.
--
-- A row says: of all events that were recorded before it, none has an id from `xid` on of its era, or of a later one. Who adds
-- such an event takes the row away in the same transaction (`month_is_settled`, a trigger of each month that was over when
-- months were settled, and of the default partition), so in whatever snapshot the event is visible the row is not.
CREATE TABLE log.settled (
    before timestamptz NOT NULL,    -- the end of a month
    era integer NOT NULL,
    xid xid8 NOT NULL,
    CONSTRAINT settled_pkey PRIMARY KEY (before)
);
GRANT SELECT ON log.settled TO onus_scoring;

-- For the clock that was set back, and whoever gives the instant himself.
CREATE FUNCTION log.unsettle() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
    -- Any other isolation would not see a claim that was made since its beginning.
    IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
        RAISE EXCEPTION 'events of a month that is over, or has no partition, are added under READ COMMITTED only'
            USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    DELETE FROM log.settled AS s WHERE s.before > NEW.recorded;
    RETURN NEW;
END
$body$;
REVOKE ALL ON FUNCTION log.unsettle() FROM PUBLIC;

-- Makes the trigger for a month, or the default partition, that has none; true where it had none.
CREATE FUNCTION log.watch_month(month regclass) RETURNS boolean
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
    IF EXISTS (SELECT FROM pg_trigger AS t WHERE t.tgrelid = month AND t.tgname = 'month_is_settled') THEN
        RETURN false;
    END IF;
    EXECUTE format(
        'CREATE TRIGGER month_is_settled BEFORE INSERT OR UPDATE OF recorded, era, xid ON %s
         FOR EACH ROW EXECUTE FUNCTION log.unsettle()', month);
    RETURN true;
END
$body$;
REVOKE ALL ON FUNCTION log.watch_month(regclass) FROM PUBLIC;
SELECT log.watch_month('log.event_default');

-- The months of the log that have been over for an hour.
CREATE FUNCTION log.months_over() RETURNS TABLE (part regclass, starts timestamptz, ends timestamptz)
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $body$
    SELECT m.part, m.starts, m.starts + interval '1 month'
    FROM (
        SELECT c.oid::regclass AS part, to_date(right(c.relname, 7), 'YYYY_MM')::timestamptz AS starts
        FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'log.event'::regclass AND c.relname ~ '^event_[0-9]{4}_[0-9]{2}$'
    ) AS m
    WHERE m.starts + interval '1 month' < now() - interval '1 hour'
$body$;
REVOKE ALL ON FUNCTION log.months_over() FROM PUBLIC;

-- Settles the months that have been over for an hour, and returns how many of them were not settled.
--
-- For a moment nobody may write into them, or the default partition: nobody does, as a rule. Readers go on. What that waits for
-- is a transaction that has written there, or a vacuum. A month that is not free within three seconds is not settled this
-- time, nor are those after it; where the default partition is not free at once, nothing is (55P03).
CREATE FUNCTION log.settle_months() RETURNS integer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET lock_timeout = '3s' SET timezone = 'UTC'
AS $body$
DECLARE
    month record;
    ends timestamptz[] := '{}';
    ended pg_snapshot;
    made integer;
BEGIN
    IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
        RAISE EXCEPTION 'months are settled under READ COMMITTED only: no other isolation sees what came last'
            USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    -- Months are made and moved under this lock.
    PERFORM pg_advisory_xact_lock(hashtextextended('onus log.create_partitions', 0));
    IF NOT EXISTS (
        SELECT FROM log.months_over() AS m
        WHERE NOT EXISTS (SELECT FROM log.settled AS s WHERE s.before = m.ends AND s.era = onus.current_era())
            OR NOT EXISTS (SELECT FROM pg_trigger AS t WHERE t.tgrelid = m.part AND t.tgname = 'month_is_settled')
    ) THEN
        RETURN 0;
    END IF;
    -- All of them, not only the new ones: a claim is about all that is older, too.
    FOR month IN SELECT m.part, m.starts, m.ends FROM log.months_over() AS m ORDER BY m.ends LOOP
        BEGIN
            EXECUTE format('LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE', month.part);
        EXCEPTION WHEN lock_not_available THEN
            EXIT;
        END;
        IF log.watch_month(month.part) THEN
            -- Nobody watched over what came into it.
            DELETE FROM log.settled AS s WHERE s.before > month.starts;
        END IF;
        ends := ends || month.ends;
    END LOOP;
    -- The last one, and not waited for: where a month is missing, all appends go there.
    LOCK TABLE log.event_default IN SHARE ROW EXCLUSIVE MODE NOWAIT;
    -- All that have written there have ended, so their ids lie below. A claim that is there already holds for more readers.
    ended := pg_current_snapshot();
    INSERT INTO log.settled AS s (before, era, xid)
    SELECT e.month_end, onus.current_era(), pg_snapshot_xmax(ended) FROM unnest(ends) AS e (month_end)
    ON CONFLICT (before) DO UPDATE SET era = EXCLUDED.era, xid = EXCLUDED.xid WHERE s.era <> EXCLUDED.era;
    GET DIAGNOSTICS made = ROW_COUNT;
    RETURN made;
END
$body$;
REVOKE ALL ON FUNCTION log.settle_months() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.settle_months() TO onus_ingestion;

-- As V0002, save that a month of the past is made with the trigger.
CREATE OR REPLACE FUNCTION log.create_partitions(first date, last date) RETURNS integer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s' SET timezone = 'UTC'
AS $body$
DECLARE
    month_start timestamptz;
    month_end timestamptz;
    partition text;
    made integer := 0;
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
        IF month_end <= now() THEN
            PERFORM log.watch_month(format('log.%I', partition)::regclass);
        END IF;
        made := made + 1;
    END LOOP;
    RETURN made;
END
$body$;

-- As V0102, save that a month comes back with the trigger, as it may have been archived before it was settled, and that no
-- month is moved while others are made or settled.
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
        PERFORM log.watch_month(format('log.%I', archived)::regclass);
        EXECUTE format('ALTER TABLE log.archive DETACH PARTITION log.%I', archived);
        EXECUTE format('ALTER TABLE log.%I RENAME TO %I', archived, live);
        EXECUTE format(
            'ALTER TABLE log.event ATTACH PARTITION log.%I FOR VALUES FROM (%L) TO (%L)', live, month_start, month_end);
        EXECUTE format('ALTER TABLE log.%I DROP CONSTRAINT recorded_in_month', live);
    END IF;
END
$body$;

-- As V0075, from behind the settled months. They are asked for at no earlier moment than that of `upto`.
CREATE OR REPLACE FUNCTION log.unread_of_shard(
    of_era integer, base pg_snapshot, upto pg_snapshot, after_xid xid8, after_seq bigint, page integer, of_shard integer,
    shards integer, by_subject boolean
)
    RETURNS SETOF log.event
    LANGUAGE plpgsql STABLE ROWS 100
    SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off SET plan_cache_mode = force_generic_plan
    SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
    begun xid8 := pg_snapshot_xmax(base);
    ended xid8 := pg_snapshot_xmax(upto);
    low_xid xid8 := begun;
    low_seq bigint := 0;
    missing integer := page;
    found_rows integer;
    late xid8;
    since timestamptz := coalesce(
        (SELECT s.before FROM log.settled AS s WHERE s.era = of_era AND s.xid <= pg_snapshot_xmin(base)
            ORDER BY s.before DESC LIMIT 1), '-infinity');
BEGIN
    IF after_xid >= begun THEN
        low_xid := after_xid;
        low_seq := after_seq;
    ELSE
        -- All of these lie below xmax, so they come first in the order.
        FOR late IN
            SELECT x FROM pg_snapshot_xip(base) AS x
            WHERE x >= coalesce(after_xid, '0') AND pg_visible_in_snapshot(x, upto) ORDER BY x
        LOOP
            RETURN QUERY
                SELECT * FROM log.event AS e
                WHERE e.recorded >= since AND e.era = of_era AND e.xid = late
                    AND e.seq > CASE WHEN late = after_xid THEN after_seq ELSE 0 END
                    AND (shards = 1 OR log.shard_of(e.organization_id, e.subject, by_subject, shards) = of_shard)
                ORDER BY e.seq LIMIT missing;
            GET DIAGNOSTICS found_rows = ROW_COUNT;
            missing := missing - found_rows;
            IF missing <= 0 THEN
                RETURN;
            END IF;
        END LOOP;
    END IF;
    RETURN QUERY
        SELECT * FROM log.event AS e
        WHERE e.recorded >= since AND e.era = of_era AND (e.xid, e.seq) > (low_xid, low_seq) AND e.xid < ended
            AND pg_visible_in_snapshot(e.xid, upto)
            AND (shards = 1 OR log.shard_of(e.organization_id, e.subject, by_subject, shards) = of_shard)
        ORDER BY e.xid, e.seq LIMIT missing;
END
$body$;

-- As V0106, from behind the settled months.
CREATE OR REPLACE FUNCTION log.take_unread(
    of_consumer text, patience integer, of_run text, known bigint, of_era integer, read pg_snapshot, page integer
)
    RETURNS TABLE (
        organization_id integer, era integer, xid xid8, seq bigint, recorded timestamptz, identity uuid, type smallint,
        source text, id text, "time" timestamptz, subject text, data text, upto text)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 10
    SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off
    SET plan_cache_mode = force_generic_plan
AS $body$
#variable_conflict use_column
DECLARE
    slot bigint;
    newest record;
    seen pg_snapshot;
    low xid8 := pg_snapshot_xmax(read);
    ended xid8;
    has_late boolean;
    since timestamptz;
BEGIN
    IF of_run IS DISTINCT FROM log.server_run() OR NOT pg_try_advisory_xact_lock(log.position_lock(of_consumer, 0::smallint))
    THEN
        RETURN;
    END IF;
    PERFORM set_config('tcp_keepalives_idle', '2', true), set_config('tcp_keepalives_interval', '1', true),
        set_config('tcp_keepalives_count', '2', true), set_config('tcp_user_timeout', '4000', true),
        set_config('idle_in_transaction_session_timeout', patience::text, true);
    -- A statement of its own, so that it sees what the last holder of the lock committed. See `log.take_position`.
    slot := (SELECT last_value FROM log.ack_slot);
    FOR attempt IN 0..1 LOOP
        IF (slot + attempt) % 2 = 0 THEN
            SELECT a.n, a.era, a.snapshot, a.target, a.cursor_xid INTO newest FROM log.ack_0 AS a
            WHERE a.consumer = of_consumer AND a.shard = 0 ORDER BY a.n DESC LIMIT 1;
        ELSE
            SELECT a.n, a.era, a.snapshot, a.target, a.cursor_xid INTO newest FROM log.ack_1 AS a
            WHERE a.consumer = of_consumer AND a.shard = 0 ORDER BY a.n DESC LIMIT 1;
        END IF;
        EXIT WHEN FOUND;
    END LOOP;
    IF newest.n IS DISTINCT FROM known OR newest.era <> of_era OR newest.snapshot::text <> read::text
        OR newest.target IS NOT NULL OR newest.cursor_xid IS NOT NULL
    THEN
        RETURN;
    END IF;
    seen := pg_current_snapshot();
    ended := pg_snapshot_xmax(seen);
    upto := seen::text;
    RETURN NEXT;
    -- After `seen`: what is visible in that and was added to a settled month has taken the claim away. Where there are no late
    -- ones, what is unread begins at `low`.
    SELECT EXISTS (SELECT FROM pg_snapshot_xip(read)), (
            SELECT s.before FROM log.settled AS s WHERE s.era = of_era AND s.xid <= low ORDER BY s.before DESC LIMIT 1)
        INTO has_late, since;
    IF has_late THEN
        RETURN QUERY
            SELECT e.organization_id, e.era, e.xid, e.seq, e.recorded, e.identity, e.type, e.source, e.id, e.time, e.subject,
                e.data, NULL::text
            FROM log.unread_of_shard(of_era, read, seen, NULL, NULL, page, 0, 1, false) AS e;
    ELSE
        RETURN QUERY
            SELECT e.organization_id, e.era, e.xid, e.seq, e.recorded, e.identity, e.type, e.source, e.id, e.time, e.subject,
                e.data, NULL::text
            FROM log.event AS e
            WHERE e.recorded >= coalesce(since, '-infinity') AND e.era = of_era AND (e.xid, e.seq) > (low, 0)
                AND e.xid < ended AND pg_visible_in_snapshot(e.xid, seen)
            ORDER BY e.xid, e.seq LIMIT page;
    END IF;
END
$body$;
