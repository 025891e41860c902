-- safe while older services run

-- Where consumers stand, by one probe of each table's key for each consumer and shard. Whatever transaction has looked at
-- positions keeps the tables from being emptied until it ends (a dump, for an hour), and ingestion asks each second.
CREATE OR REPLACE VIEW log.position AS
WITH RECURSIVE known AS (
    (SELECT consumer, shard
     FROM (SELECT consumer, shard FROM log.ack_0 UNION ALL SELECT consumer, shard FROM log.ack_1) AS ack
     ORDER BY consumer, shard LIMIT 1)
    UNION ALL
    SELECT next.consumer, next.shard
    FROM known AS k, LATERAL (
        SELECT consumer, shard
        FROM (SELECT consumer, shard FROM log.ack_0 UNION ALL SELECT consumer, shard FROM log.ack_1) AS ack
        WHERE (consumer, shard) > (k.consumer, k.shard) ORDER BY consumer, shard LIMIT 1
    ) AS next
)
SELECT k.consumer, k.shard, p.n, p.era, p.snapshot, p.target, p.cursor_xid, p.cursor_seq, p.updated
FROM known AS k, LATERAL (
    SELECT ack.* FROM (SELECT * FROM log.ack_0 UNION ALL SELECT * FROM log.ack_1) AS ack
    WHERE ack.consumer = k.consumer AND ack.shard = k.shard ORDER BY ack.n DESC LIMIT 1
) AS p;

-- As V0052, save that the slot is read once: a session that the machine halted between two reads could have looked into
-- the same empty table twice, and called a consumer new that is not. Four looks in turn outlast any single change.
CREATE OR REPLACE FUNCTION log.take_position(of_consumer text, of_shard smallint, is_waiting boolean, patience integer)
    RETURNS TABLE (
        n bigint, era integer, snapshot pg_snapshot, target pg_snapshot, cursor_xid xid8, cursor_seq bigint)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1
    SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off
AS $body$
#variable_conflict use_column
DECLARE
    slot bigint;
BEGIN
    IF is_waiting THEN
        PERFORM pg_advisory_xact_lock(log.position_lock(of_consumer, of_shard));
    ELSIF NOT pg_try_advisory_xact_lock(log.position_lock(of_consumer, of_shard)) THEN
        RETURN;
    END IF;
    PERFORM set_config('tcp_keepalives_idle', '2', true), set_config('tcp_keepalives_interval', '1', true),
        set_config('tcp_keepalives_count', '2', true), set_config('tcp_user_timeout', '4000', true),
        set_config('idle_in_transaction_session_timeout', patience::text, true);
    -- Statements of their own, so that they see what the last holder of the lock committed. All that was acknowledged
    -- since the slot changed is in its table; the other is looked into only where that has nothing, since a look into
    -- it keeps it from being emptied until the transaction ends.
    slot := (SELECT last_value FROM log.ack_slot);
    FOR attempt IN 0..3 LOOP
        IF (slot + attempt) % 2 = 0 THEN
            RETURN QUERY
                SELECT a.n, a.era, a.snapshot, a.target, a.cursor_xid, a.cursor_seq FROM log.ack_0 AS a
                WHERE a.consumer = of_consumer AND a.shard = of_shard ORDER BY a.n DESC LIMIT 1;
        ELSE
            RETURN QUERY
                SELECT a.n, a.era, a.snapshot, a.target, a.cursor_xid, a.cursor_seq FROM log.ack_1 AS a
                WHERE a.consumer = of_consumer AND a.shard = of_shard ORDER BY a.n DESC LIMIT 1;
        END IF;
        IF FOUND THEN
            RETURN;
        END IF;
    END LOOP;
    RETURN QUERY SELECT 0::bigint, 1, '1:1:'::pg_snapshot, NULL::pg_snapshot, NULL::xid8, NULL::bigint;
END
$body$;

-- Whoever waits for the log's lock has everybody behind it wait as well: a short while, and often.
ALTER FUNCTION log.move_month(date, boolean, integer) SET lock_timeout = '200ms';
