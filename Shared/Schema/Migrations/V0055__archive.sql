-- safe while older services run

-- Months of the log that every consumer has read, out of the consumers' way: each look at the log's tail asks every
-- partition. Nothing is lost of them, and who reads the whole log reads them too, through log.every_event.
CREATE TABLE log.archive (LIKE log.event) PARTITION BY RANGE (recorded);
ALTER TABLE log.archive ADD CONSTRAINT archive_pkey PRIMARY KEY (organization_id, recorded, seq);
-- As event_snapshot_idx.
CREATE INDEX archive_snapshot_idx ON log.archive (organization_id, type, source) WHERE type IN (1, 16);
ALTER TABLE log.archive ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_archive ON log.archive
    USING (organization_id = onus.current_organization())
    WITH CHECK (organization_id = onus.current_organization());

CREATE VIEW log.every_event WITH (security_invoker = true) AS
    SELECT * FROM log.event UNION ALL SELECT * FROM log.archive;

-- Whether every consumer has read all of a partition; not where nobody ever read. What is visible in a position's
-- snapshot is read; only ids from its xmin on can be missing from it.
CREATE FUNCTION log.is_read(partition text) RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off
AS $body$
DECLARE
    answer boolean;
BEGIN
    EXECUTE format(
        'SELECT EXISTS (SELECT FROM log.position) AND NOT EXISTS (
             SELECT FROM log.position AS p, LATERAL (
                 SELECT FROM log.%I AS e
                 WHERE (e.era, e.xid) >= (p.era, pg_snapshot_xmin(p.snapshot))
                     AND (e.era > p.era OR NOT pg_visible_in_snapshot(e.xid, p.snapshot)) LIMIT 1
             ) AS unread)', partition) INTO answer;
    RETURN answer;
END
$body$;
REVOKE ALL ON FUNCTION log.is_read(text) FROM PUBLIC;

-- The months that have a partition, by date: where each lies, and whether it may be moved to the archive.
CREATE FUNCTION log.months() RETURNS TABLE (month date, is_archived boolean, is_read boolean, bytes bigint)
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
    part record;
BEGIN
    FOR part IN
        SELECT c.oid, c.relname, i.inhparent = 'log.archive'::regclass AS is_archived
        FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
        WHERE i.inhparent IN ('log.event'::regclass, 'log.archive'::regclass)
            AND c.relname ~ '^(event|archive)_[0-9]{4}_[0-9]{2}$'
        ORDER BY right(c.relname, 7)
    LOOP
        month := to_date(right(part.relname, 7), 'YYYY_MM');
        is_archived := part.is_archived;
        is_read := part.is_archived OR log.is_read(part.relname);
        bytes := pg_total_relation_size(part.oid);
        RETURN NEXT;
    END LOOP;
END
$body$;
REVOKE ALL ON FUNCTION log.months() FROM PUBLIC;

-- Moves a month in three steps, each a transaction of its own: 1 notes its bounds, 2 proves them while everybody goes on
-- (else attaching it would read all of it under a lock that stops the log), 3 moves it. DETACH … CONCURRENTLY is refused
-- where there is a default partition, so step 3 locks the log for a moment, and waits for that two seconds at most.
CREATE FUNCTION log.move_month(of_month date, to_archive boolean, step integer) RETURNS void
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s' SET timezone = 'UTC'
AS $body$
DECLARE
    month_start timestamptz := date_trunc('month', of_month::timestamptz);
    month_end timestamptz := month_start + interval '1 month';
    live text := to_char(month_start, '"event_"YYYY"_"MM');
    archived text := to_char(month_start, '"archive_"YYYY"_"MM');
    here text := CASE WHEN to_archive THEN live ELSE archived END;
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
        IF month_end > now() - interval '1 hour' OR NOT log.is_read(live) THEN
            RAISE EXCEPTION 'not every consumer has read log.%, or the month is not over', live
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
REVOKE ALL ON FUNCTION log.move_month(date, boolean, integer) FROM PUBLIC;
