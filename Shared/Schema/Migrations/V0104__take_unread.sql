-- safe while older services run

-- Which run of which server answers. The moment at which the statistics were begun anew stands for a crash that the first
-- process outlives: recovery discards them.
CREATE FUNCTION log.server_run() RETURNS text
    LANGUAGE sql STABLE
    RETURN extract(epoch FROM pg_postmaster_start_time())::text || '/'
        || coalesce(extract(epoch FROM pg_stat_get_bgwriter_stat_reset_time())::text, '');

-- Takes a position that the worker remembers and reads on from it: what `log.take_position`, a look at the era and
-- `log.unread_of_shard` do one after the other, in a third of the time, for a worker that is woken for one event.
--
-- No row where anything is not as remembered: another worker has the position or moved it, or the server was started anew
-- since (and with it, perhaps, a new era). Otherwise a row with the snapshot that was looked up to, and then one an event.
-- Only for positions of the whole log whose target is read.
CREATE FUNCTION log.take_unread(
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
    IF slot % 2 = 0 THEN
        SELECT a.n, a.era, a.snapshot, a.target, a.cursor_xid INTO newest FROM log.ack_0 AS a
        WHERE a.consumer = of_consumer AND a.shard = 0 ORDER BY a.n DESC LIMIT 1;
    ELSE
        SELECT a.n, a.era, a.snapshot, a.target, a.cursor_xid INTO newest FROM log.ack_1 AS a
        WHERE a.consumer = of_consumer AND a.shard = 0 ORDER BY a.n DESC LIMIT 1;
    END IF;
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

REVOKE ALL ON FUNCTION log.server_run(),
    log.take_unread(text, integer, text, bigint, integer, pg_snapshot, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.server_run(),
    log.take_unread(text, integer, text, bigint, integer, pg_snapshot, integer) TO onus_scoring;
