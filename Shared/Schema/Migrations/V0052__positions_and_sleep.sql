-- breaking: positions moved from a row that is updated to rows that are added; an older scoring can't move one any more
-- Positions and marks of sleep that leave no dead rows, whatever transaction is open elsewhere in the cluster.
--
-- An older scoring that still runs fails at its next batch, and nothing of the batch is stored. An older ingestion does
-- not see that a newer consumer sleeps, which costs it a poll interval; `log.sleeper` stays for such, and is used no more.

-- Where consumers stand: of each (consumer, shard) the row with the greatest `n` counts. Written into the one of the two
-- tables that `log.ack_slot` names; the other one is emptied by TRUNCATE, which asks no transaction's leave.
--
-- Everything visible in `snapshot` is read, and of what `target` adds to it everything up to the cursor (xid, seq).
-- Positions stand across organisations.
CREATE TABLE log.ack_0 (
    n bigint NOT NULL,
    updated timestamptz NOT NULL DEFAULT clock_timestamp(),    -- when the position moved here
    era integer NOT NULL DEFAULT 1,
    shard smallint NOT NULL DEFAULT 0,
    consumer text NOT NULL,
    snapshot pg_snapshot NOT NULL,
    target pg_snapshot,
    cursor_xid xid8,
    cursor_seq bigint,
    copied timestamptz,    -- when it was taken over from the other table
    CONSTRAINT ack_0_pkey PRIMARY KEY (consumer, shard, n),
    CONSTRAINT ack_0_cursor_whole CHECK (
        (target IS NULL) = (cursor_xid IS NULL) AND (target IS NULL) = (cursor_seq IS NULL))
) WITH (autovacuum_enabled = off);
CREATE TABLE log.ack_1 (
    LIKE log.ack_0 INCLUDING DEFAULTS,
    CONSTRAINT ack_1_pkey PRIMARY KEY (consumer, shard, n),
    CONSTRAINT ack_1_cursor_whole CHECK (
        (target IS NULL) = (cursor_xid IS NULL) AND (target IS NULL) = (cursor_seq IS NULL))
) WITH (autovacuum_enabled = off);
-- Even: ack_0 is written into, odd: ack_1. A sequence, because it takes effect at once and leaves nothing behind.
CREATE SEQUENCE log.ack_slot;
SELECT setval('log.ack_slot', 2);

-- An older scoring that is in a batch ends it first: what it has committed is taken over.
LOCK TABLE log.position IN ACCESS EXCLUSIVE MODE;
INSERT INTO log.ack_0 (n, updated, era, shard, consumer, snapshot, target, cursor_xid, cursor_seq)
SELECT 1, updated, era, shard, consumer, snapshot, target, cursor_xid, cursor_seq FROM log.position;
DROP TABLE log.position;
CREATE VIEW log.position AS
SELECT DISTINCT ON (consumer, shard) consumer, shard, n, era, snapshot, target, cursor_xid, cursor_seq, updated
FROM (SELECT * FROM log.ack_0 UNION ALL SELECT * FROM log.ack_1) AS ack
ORDER BY consumer, shard, n DESC;
GRANT SELECT ON log.position TO onus_scoring;

-- The number of the lock that whoever moves a position holds until the end of its transaction.
CREATE FUNCTION log.position_lock(consumer text, shard smallint) RETURNS bigint
    LANGUAGE sql IMMUTABLE
    RETURN hashtextextended('onus log.position ' || consumer, shard);

-- Takes a position for the transaction, and says where it stands; no row where another one has it. A consumer that
-- never read stands at n = 0. An advisory lock, not a row's: a look that finds nothing then writes nothing.
--
-- A session that neither works nor answers for `patience` milliseconds is ended by the server, and one whose machine
-- has gone silent in four seconds, so that another one can take the position.
CREATE FUNCTION log.take_position(of_consumer text, of_shard smallint, is_waiting boolean, patience integer)
    RETURNS TABLE (
        n bigint, era integer, snapshot pg_snapshot, target pg_snapshot, cursor_xid xid8, cursor_seq bigint)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1
    SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off
AS $body$
#variable_conflict use_column
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
    FOR attempt IN 0..1 LOOP
        IF ((SELECT last_value FROM log.ack_slot) + attempt) % 2 = 0 THEN
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

-- Moves a position that the transaction has taken, as its last act.
CREATE FUNCTION log.acknowledge(
    of_consumer text, of_shard smallint, number bigint, of_era integer, read_to pg_snapshot, reading_to pg_snapshot,
    after_xid xid8, after_seq bigint
)
    RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
    -- The holder may take it once more; anybody else is refused.
    IF NOT pg_try_advisory_xact_lock(log.position_lock(of_consumer, of_shard)) THEN
        RAISE EXCEPTION 'the position of % is taken by another worker', of_consumer
            USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    -- While the slot changes, nobody is between a look at it and the commit.
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('onus log.ack_slot', 0));
    IF (SELECT last_value FROM log.ack_slot) % 2 = 0 THEN
        INSERT INTO log.ack_0 (n, era, shard, consumer, snapshot, target, cursor_xid, cursor_seq)
        VALUES (number, of_era, of_shard, of_consumer, read_to, reading_to, after_xid, after_seq);
    ELSE
        INSERT INTO log.ack_1 (n, era, shard, consumer, snapshot, target, cursor_xid, cursor_seq)
        VALUES (number, of_era, of_shard, of_consumer, read_to, reading_to, after_xid, after_seq);
    END IF;
END
$body$;

-- Keeps the positions small; to be called by consumers, about once a second while they move, in a transaction of its
-- own. Its steps, one a call: change the slot where the written table has `grown` to so many bytes; copy the positions
-- that have not moved since; empty the other table once every position stands in the written one for as long as
-- `settled`.
--
-- TRUNCATE shows an empty table to older snapshots too. The three seconds are for transactions that take a snapshot
-- first and look at positions later: dumps, and reports of one moment.
--
-- Returns whether it did something.
CREATE FUNCTION log.rotate_acks(settled interval DEFAULT '3 s', grown bigint DEFAULT 65536) RETURNS boolean
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
        PERFORM set_config('lock_timeout', '1s', true);
        PERFORM pg_advisory_xact_lock(hashtextextended('onus log.ack_slot', 0));
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

-- The rows that `log.unread` gives (V0002), of one shard alone: of those whose key's hash leaves `of_shard` when
-- divided by `shards`. The key is the organisation, and with `by_subject` the subject within it. (Hashes as partitions
-- use them: the same in every version of PostgreSQL.)
CREATE FUNCTION log.shard_of(organization_id integer, subject text, by_subject boolean, shards integer)
    RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ((hashtextextended(CASE WHEN by_subject THEN coalesce(subject, '') ELSE '' END, organization_id)
        & 9223372036854775807) % shards)::integer;
CREATE FUNCTION log.unread_of_shard(
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
        FOR late IN
            SELECT x FROM pg_snapshot_xip(base) AS x
            WHERE x >= coalesce(after_xid, '0') AND pg_visible_in_snapshot(x, upto) ORDER BY x
        LOOP
            RETURN QUERY
                SELECT * FROM log.event AS e
                WHERE e.era = of_era AND e.xid = late
                    AND e.seq > CASE WHEN late = after_xid THEN after_seq ELSE 0 END
                    AND log.shard_of(e.organization_id, e.subject, by_subject, shards) = of_shard
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
            AND log.shard_of(e.organization_id, e.subject, by_subject, shards) = of_shard
        ORDER BY e.xid, e.seq LIMIT missing;
END
$body$;

-- Who sleeps on a channel: marks are numbers of its first sequence, and the second says up to which mark everybody has
-- been notified. Sequences, because they take effect at once, for everybody, and leave no dead rows behind.
CREATE SEQUENCE log.onus_log_asleep;
CREATE SEQUENCE log.onus_log_woken;

-- Says that somebody sleeps. `mark`: what the same worker was given last (0: nothing); it is kept while nobody has been
-- notified of it. Whoever sleeps must look for work after this has returned.
CREATE FUNCTION log.sleep(channel text, mark bigint) RETURNS bigint
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
    mark := nextval(asleep);
    -- A dump may have caught the two at different moments.
    RETURN CASE WHEN mark > woken THEN mark ELSE setval(asleep, woken + 1) END;
END
$body$;

-- Notifies a channel if somebody sleeps there who has not been notified yet; returns whether. To be called after the
-- commit of what there is to see, in a transaction of its own: its commit takes a lock of the whole database.
CREATE FUNCTION log.wake(channel text) RETURNS boolean
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
    PERFORM setval(woken, mark), pg_notify(channel, '');
    RETURN true;
END
$body$;

REVOKE ALL ON FUNCTION log.position_lock(text, smallint), log.take_position(text, smallint, boolean, integer),
    log.acknowledge(text, smallint, bigint, integer, pg_snapshot, pg_snapshot, xid8, bigint), log.rotate_acks(interval, bigint),
    log.shard_of(integer, text, boolean, integer),
    log.unread_of_shard(
        integer, pg_snapshot, pg_snapshot, xid8, bigint, integer, integer, integer, boolean),
    log.sleep(text, bigint), log.wake(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.take_position(text, smallint, boolean, integer),
    log.acknowledge(text, smallint, bigint, integer, pg_snapshot, pg_snapshot, xid8, bigint), log.rotate_acks(interval, bigint),
    log.shard_of(integer, text, boolean, integer),
    log.unread_of_shard(
        integer, pg_snapshot, pg_snapshot, xid8, bigint, integer, integer, integer, boolean) TO onus_scoring;
GRANT EXECUTE ON FUNCTION log.sleep(text, bigint) TO onus_scoring;
GRANT EXECUTE ON FUNCTION log.wake(text) TO onus_ingestion;
