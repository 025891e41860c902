-- safe while older services run

-- How far behind each consumer is, for ingestion, which may read neither the log nor the positions: about how many events
-- it has not read, and when the oldest of them was recorded.
--
-- One probe of the tail index for each partition, whatever waits: the rows between the first unread one and the last
-- number that the log gave out are not counted. Numbers of events that were rolled back count as well, and where workers
-- share the events of a consumer, each of them has the others' in its own count: what is given is at most too much.
CREATE FUNCTION log.backlog() RETURNS TABLE (consumer text, events bigint, oldest timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 4
    SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off SET plan_cache_mode = force_generic_plan
    SET search_path = pg_catalog, pg_temp
AS $body$
#variable_conflict use_column
DECLARE
    place record;
    first_seq bigint;
    first_recorded timestamptz;
    last_seq bigint;
BEGIN
    FOR place IN
        SELECT p.consumer, p.era, pg_snapshot_xmax(p.snapshot) AS begun, p.cursor_xid, p.cursor_seq
        FROM log.position AS p WHERE p.consumer = 'scoring' ORDER BY p.consumer    -- a name that nobody reads by any more counts for nothing
    LOOP
        IF place.cursor_xid IS NULL OR place.cursor_xid < place.begun THEN
            place.cursor_xid := place.begun;
            place.cursor_seq := 0;
        END IF;
        SELECT e.seq, e.recorded INTO first_seq, first_recorded
        FROM log.event AS e
        WHERE (e.era, e.xid, e.seq) > (place.era, place.cursor_xid, place.cursor_seq)
        ORDER BY e.era, e.xid, e.seq LIMIT 1;
        consumer := place.consumer;
        oldest := first_recorded;
        IF first_seq IS NULL THEN
            events := 0;
        ELSE
            SELECT s.last_value INTO last_seq FROM log.event_seq AS s;
            events := greatest(1, last_seq - first_seq + 1);
        END IF;
        RETURN NEXT;
    END LOOP;
END
$body$;
REVOKE ALL ON FUNCTION log.backlog() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.backlog() TO onus_ingestion;
