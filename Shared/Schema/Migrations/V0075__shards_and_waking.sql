-- safe while older services run

-- What is unread of a shard and of the whole log is told by one function: of one shard in one, everything. `log.unread`
-- stays for its callers; PostgreSQL puts the other in its place when it plans. See V0002 on how it reads.
CREATE OR REPLACE FUNCTION log.unread_of_shard(
    of_era integer, base pg_snapshot, upto pg_snapshot, after_xid xid8, after_seq bigint, page integer,
    of_shard integer, shards integer, by_subject boolean
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
                WHERE e.era = of_era AND e.xid = late
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
        WHERE e.era = of_era AND (e.xid, e.seq) > (low_xid, low_seq) AND e.xid < ended
            AND pg_visible_in_snapshot(e.xid, upto)
            AND (shards = 1 OR log.shard_of(e.organization_id, e.subject, by_subject, shards) = of_shard)
        ORDER BY e.xid, e.seq LIMIT missing;
END
$body$;

CREATE OR REPLACE FUNCTION log.unread(
    of_era integer, base pg_snapshot, upto pg_snapshot, after_xid xid8, after_seq bigint, page integer
)
    RETURNS SETOF log.event
    LANGUAGE sql STABLE ROWS 100
AS $body$
    SELECT * FROM log.unread_of_shard(of_era, base, upto, after_xid, after_seq, page, 0, 1, false)
$body$;

-- A consumer that is shared by key says so at the end of its name: in how many shards, and by which key.
CREATE FUNCTION log.shards(consumer text) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN coalesce(substring(consumer FROM '/([0-9]{1,4})/(?:organization|subject)$')::integer, 1);
CREATE FUNCTION log.is_by_subject(consumer text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN consumer ~ '/[0-9]{1,4}/subject$';
REVOKE ALL ON FUNCTION log.shards(text), log.is_by_subject(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.shards(text), log.is_by_subject(text) TO onus_scoring;

-- Sleep and wake-ups as before (V0052), each in one statement: that the commit is not waited for on disk is said inside.
CREATE OR REPLACE FUNCTION log.sleep(channel text, mark bigint) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
    asleep regclass := format('log.%I', channel || '_asleep')::regclass;
    woken bigint := coalesce(pg_sequence_last_value(format('log.%I', channel || '_woken')::regclass), 0);
BEGIN
    -- A crash may have taken back the number that the worker remembers.
    IF mark > woken AND mark <= coalesce(pg_sequence_last_value(asleep), 0) THEN
        RETURN mark;
    END IF;
    PERFORM set_config('synchronous_commit', 'off', true);
    mark := nextval(asleep);
    -- A dump may have caught the two at different moments.
    RETURN CASE WHEN mark > woken THEN mark ELSE setval(asleep, woken + 1) END;
END
$body$;

CREATE OR REPLACE FUNCTION log.wake(channel text) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
    asleep regclass := format('log.%I', channel || '_asleep')::regclass;
    woken regclass := format('log.%I', channel || '_woken')::regclass;
    mark bigint;
BEGIN
    FOR attempt IN 1..2 LOOP
        mark := coalesce(pg_sequence_last_value(asleep), 0);
        IF mark <= coalesce(pg_sequence_last_value(woken), 0) THEN
            RETURN false;
        END IF;
        -- Of many at once one notifies; the others wait until it has, and look again.
        IF attempt = 1 THEN
            PERFORM pg_advisory_xact_lock(hashtextextended('onus log.wake ' || channel, 0));
        END IF;
    END LOOP;
    PERFORM set_config('synchronous_commit', 'off', true), setval(woken, mark), pg_notify(channel, '');
    RETURN true;
END
$body$;

-- Marks of sleep have been sequences since V0052. No consumer has looked here since, so an ingestion from before that can
-- lose nothing by finding the table gone: its appends don't need it, and the ring that fails was heard by nobody.
DROP TABLE log.sleeper;
