-- safe while older services run

-- What is unread, told in one place: where every consumer stands (`log.places`), what it has not read as ranges of the log
-- (`log.unread_parts`), and whether it has read one event (`log.has_read`).

-- Every consumer that ever read, and the `expected` ones, shard by shard. A shard that never read stands before everything.
CREATE FUNCTION log.places(expected text[])
    RETURNS TABLE (
        consumer text, shard integer, era integer, snapshot pg_snapshot, target pg_snapshot, cursor_xid xid8,
        cursor_seq bigint, updated timestamptz)
    LANGUAGE sql STABLE ROWS 4
    SET search_path = pg_catalog, pg_temp SET jit = off
AS $body$
    WITH standing AS MATERIALIZED (SELECT * FROM log.position)
    SELECT s.consumer, part.shard, coalesce(p.era, 1), coalesce(p.snapshot, '1:1:'), p.target, p.cursor_xid, p.cursor_seq,
        p.updated
    FROM (SELECT consumer FROM standing UNION SELECT unnest(expected)) AS s (consumer)
    CROSS JOIN LATERAL generate_series(0, log.shards(s.consumer) - 1) AS part (shard)
    LEFT JOIN standing AS p ON p.consumer = s.consumer AND p.shard = part.shard
$body$;

-- What a position has not read, as arguments of `log.unread_of_shard`, in the order of reading: the rest of its target (no
-- further than the moment), what came between the target and the moment, and all later eras. `moment`: NULL is now.
--
-- Of a former era everything counts, as no snapshot of this cluster can say what was visible there. Snapshots of one
-- cluster contain each other in the order in which they were taken.
CREATE FUNCTION log.unread_parts(
    of_era integer, snapshot pg_snapshot, target pg_snapshot, cursor_xid xid8, cursor_seq bigint, moment pg_snapshot
)
    RETURNS TABLE (era integer, base pg_snapshot, upto pg_snapshot, after_xid xid8, after_seq bigint)
    LANGUAGE sql STABLE ROWS 2
    SET search_path = pg_catalog, pg_temp SET jit = off
AS $body$
    SELECT part.*
    FROM (
        SELECT onus.current_era() AS era, coalesce(unread_parts.moment, pg_current_snapshot()) AS moment,
            '9223372036854775807:9223372036854775807:'::pg_snapshot AS everything OFFSET 0
    ) AS c,
    LATERAL (SELECT CASE WHEN of_era < c.era THEN c.everything ELSE c.moment END AS moment) AS here,
    LATERAL (
        SELECT CASE
            WHEN target IS NULL OR pg_snapshot_xmax(here.moment) < pg_snapshot_xmax(target)
                OR (pg_snapshot_xmax(here.moment) = pg_snapshot_xmax(target) AND EXISTS (
                    SELECT FROM pg_snapshot_xip(here.moment) AS x WHERE pg_visible_in_snapshot(x, target)))
            THEN here.moment ELSE target END AS upto
    ) AS begun,
    LATERAL (
        SELECT of_era, snapshot, begun.upto, cursor_xid, cursor_seq
        UNION ALL
        SELECT of_era, target, here.moment, NULL, NULL WHERE target IS NOT NULL
        UNION ALL
        SELECT later.era, '1:1:', CASE WHEN later.era < c.era THEN c.everything ELSE c.moment END, NULL, NULL
        FROM generate_series(of_era + 1, c.era) AS later (era)
    ) AS part
$body$;

-- Whether a position has read an event, if it is one of its shard.
CREATE FUNCTION log.has_read(
    of_era integer, snapshot pg_snapshot, target pg_snapshot, cursor_xid xid8, cursor_seq bigint,
    event_era integer, event_xid xid8, event_seq bigint
)
    RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN event_era < of_era OR (event_era = of_era AND (
        pg_visible_in_snapshot(event_xid, snapshot)
        OR coalesce(
            pg_visible_in_snapshot(event_xid, target) AND (event_xid, event_seq) <= (cursor_xid, cursor_seq), false)));

REVOKE ALL ON FUNCTION log.places(text[]),
    log.unread_parts(integer, pg_snapshot, pg_snapshot, xid8, bigint, pg_snapshot),
    log.has_read(integer, pg_snapshot, pg_snapshot, xid8, bigint, integer, xid8, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.places(text[]),
    log.unread_parts(integer, pg_snapshot, pg_snapshot, xid8, bigint, pg_snapshot),
    log.has_read(integer, pg_snapshot, pg_snapshot, xid8, bigint, integer, xid8, bigint) TO onus_scoring;

-- Whether every consumer has read all of a partition; not where nobody ever read. Of a consumer that is shared by key each
-- shard counts, those that never read included, and of each its own events alone: one that has none moves no position.
CREATE OR REPLACE FUNCTION log.is_read(partition text) RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off
AS $body$
DECLARE
    answer boolean;
BEGIN
    -- Only ids from a snapshot's xmin on can be missing from it.
    EXECUTE format(
        'SELECT EXISTS (SELECT FROM log.position) AND NOT EXISTS (
             SELECT FROM log.places(NULL) AS p,
             LATERAL (
                 SELECT log.shards(p.consumer) AS shards, log.is_by_subject(p.consumer) AS by_subject OFFSET 0
             ) AS part,
             LATERAL (
                 SELECT FROM log.%I AS e
                 WHERE (e.era, e.xid) >= (p.era, pg_snapshot_xmin(p.snapshot))
                     AND NOT log.has_read(
                         p.era, p.snapshot, p.target, p.cursor_xid, p.cursor_seq, e.era, e.xid, e.seq)
                     AND (part.shards = 1
                         OR log.shard_of(e.organization_id, e.subject, part.by_subject, part.shards) = p.shard)
                 LIMIT 1
             ) AS unread)', partition) INTO answer;
    RETURN answer;
END
$body$;

-- As V0055, save that step 3 looks again under the lock. A writer of that month may commit while the lock is waited for:
-- the first look, which may take its time, did not see its event, and in the archive no consumer would.
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
        EXECUTE format('ALTER TABLE log.archive DETACH PARTITION log.%I', archived);
        EXECUTE format('ALTER TABLE log.%I RENAME TO %I', archived, live);
        EXECUTE format(
            'ALTER TABLE log.event ATTACH PARTITION log.%I FOR VALUES FROM (%L) TO (%L)', live, month_start, month_end);
        EXECUTE format('ALTER TABLE log.%I DROP CONSTRAINT recorded_in_month', live);
    END IF;
END
$body$;

-- How far behind scoring is, for ingestion, which may read neither the log nor the positions: how many events it has not
-- read, and when the oldest of them was recorded. Where it never read, that is the whole log.
--
-- Exact below two thousand. Where more are unread, the rows between the first of those two thousand and the last number
-- that the log gave out are not counted: numbers of events that were rolled back, or that stand in the archive, count as
-- well, so what is given is at most too much.
CREATE OR REPLACE FUNCTION log.backlog() RETURNS TABLE (consumer text, events bigint, oldest timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 4
    SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off SET plan_cache_mode = force_generic_plan
    SET search_path = pg_catalog, pg_temp
AS $body$
#variable_conflict use_column
DECLARE
    page CONSTANT integer := 2000;
    place record;
    part record;
    found record;
    last_seq bigint;
    is_estimated boolean;
BEGIN
    -- A name that nobody reads by any more counts for nothing.
    FOR place IN SELECT * FROM log.places(ARRAY['scoring']) AS p WHERE p.consumer = 'scoring' LOOP
        consumer := place.consumer;
        events := 0;
        oldest := NULL;
        is_estimated := false;
        FOR part IN
            SELECT * FROM log.unread_parts(
                place.era, place.snapshot, place.target, place.cursor_xid, place.cursor_seq, NULL)
        LOOP
            -- `late`: of transactions that were in progress in the snapshot. They come first, and their numbers may be
            -- far lower than those of all others.
            SELECT count(*) AS rows, count(*) FILTER (WHERE e.xid < pg_snapshot_xmax(part.base)) AS late,
                min(e.seq) AS lowest, min(e.seq) FILTER (WHERE e.xid >= pg_snapshot_xmax(part.base)) AS first,
                min(e.recorded) AS recorded
            INTO found
            FROM log.unread_of_shard(part.era, part.base, part.upto, part.after_xid, part.after_seq, page, 0, 1, false)
                AS e;
            oldest := least(oldest, found.recorded);
            IF found.rows < page AND NOT is_estimated THEN
                events := events + found.rows;
            ELSIF found.rows < page OR found.late < found.rows AND is_estimated THEN
                -- All but the late ones are in the first estimate.
                events := events + found.late;
            ELSE
                SELECT s.last_value INTO last_seq FROM log.event_seq AS s;
                events := events + CASE WHEN found.first IS NULL
                    THEN greatest(page, last_seq - found.lowest + 1)
                    ELSE found.late + greatest(page - found.late, last_seq - found.first + 1) END;
                is_estimated := true;
            END IF;
        END LOOP;
        RETURN NEXT;
    END LOOP;
END
$body$;
