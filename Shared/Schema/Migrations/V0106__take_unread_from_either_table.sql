-- safe while older services run

-- As V0104, save that the position is looked for in the other table where the one that is written in has none: so it is from
-- a change of the slot until the next acknowledgement, and whoever was woken for an event then had to ask for everything
-- anew, 3 ms instead of 0.2, every few seconds.
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
    IF EXISTS (SELECT FROM pg_snapshot_xip(read)) THEN
        RETURN QUERY
            SELECT e.organization_id, e.era, e.xid, e.seq, e.recorded, e.identity, e.type, e.source, e.id, e.time, e.subject,
                e.data, NULL::text
            FROM log.unread_of_shard(of_era, read, seen, NULL, NULL, page, 0, 1, false) AS e;
    ELSE
        RETURN QUERY
            SELECT e.organization_id, e.era, e.xid, e.seq, e.recorded, e.identity, e.type, e.source, e.id, e.time, e.subject,
                e.data, NULL::text
            FROM log.event AS e
            WHERE e.era = of_era AND (e.xid, e.seq) > (low, 0) AND e.xid < ended AND pg_visible_in_snapshot(e.xid, seen)
            ORDER BY e.xid, e.seq LIMIT page;
    END IF;
END
$body$;
