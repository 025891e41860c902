-- safe while older services run
-- The log: events, their identities, the consumers' positions and sleep, and the quarantine.

CREATE SCHEMA log;
REVOKE ALL ON SCHEMA log FROM PUBLIC;
GRANT USAGE ON SCHEMA log TO onus_ingestion, onus_scoring, onus_notification;

-- Orders the rows of one transaction. A sequence of its own, because identity columns of partitioned tables
-- behave differently from one PostgreSQL version to the next.
CREATE SEQUENCE log.event_seq AS bigint;
GRANT USAGE ON SEQUENCE log.event_seq TO onus_ingestion;

-- Append-only: no service may update or delete. `xid`, `seq` and `recorded` are the database's, so no service
-- may give them.
CREATE TABLE log.event (
    organization_id integer NOT NULL,
    era integer NOT NULL,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    seq bigint NOT NULL DEFAULT nextval('log.event_seq'),
    recorded timestamptz NOT NULL DEFAULT transaction_timestamp(),
    identity uuid NOT NULL,    -- the first 16 bytes of SHA-256(source, 0x00, id)
    type smallint NOT NULL,    -- EventType.code
    source text NOT NULL,
    id text NOT NULL,
    time timestamptz NOT NULL,
    subject text,
    data text NOT NULL,        -- compact JSON, after minimisation; member order as sent
    attributes text,           -- the other CloudEvents attributes, as a JSON object
    CONSTRAINT event_pkey PRIMARY KEY (organization_id, recorded, seq)    -- replay in the order of recording
) PARTITION BY RANGE (recorded);
-- The one key that does not begin with the organisation: consumers follow the log of all of them.
CREATE INDEX event_tail_idx ON log.event (era, xid, seq);
ALTER TABLE log.event ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_events ON log.event
    USING (organization_id = onus.current_organization())
    WITH CHECK (organization_id = onus.current_organization());
CREATE POLICY every_event ON log.event FOR SELECT TO onus_scoring USING (true);
GRANT INSERT (organization_id, era, identity, type, source, id, time, subject, data, attributes)
    ON log.event TO onus_ingestion;
GRANT SELECT ON log.event TO onus_scoring;

-- Takes what no month's partition takes: nothing is refused because a month was not made in time.
CREATE TABLE log.event_default PARTITION OF log.event DEFAULT;

-- One row per event ever accepted, personal learning included: never detached with old partitions, or an event
-- sent again after years would count twice.
CREATE TABLE log.identity (
    organization_id integer NOT NULL,
    identity uuid NOT NULL,
    recorded timestamptz NOT NULL DEFAULT transaction_timestamp(),    -- where in the log to look
    CONSTRAINT identity_pkey PRIMARY KEY (organization_id, identity)
);
ALTER TABLE log.identity ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_identities ON log.identity
    USING (organization_id = onus.current_organization())
    WITH CHECK (organization_id = onus.current_organization());
GRANT SELECT, INSERT (organization_id, identity) ON log.identity TO onus_ingestion;

-- How far a consumer has read, by transaction visibility: everything visible in `snapshot` is read, and of what
-- `target` adds to it everything up to the cursor (xid, seq). Positions stand across organisations.
CREATE TABLE log.position (
    consumer text NOT NULL,
    shard smallint NOT NULL DEFAULT 0,
    era integer NOT NULL DEFAULT 1,
    snapshot pg_snapshot NOT NULL DEFAULT '1:1:',    -- nothing read
    target pg_snapshot,
    cursor_xid xid8,
    cursor_seq bigint,
    updated timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT position_pkey PRIMARY KEY (consumer, shard),
    CONSTRAINT position_cursor_whole CHECK (
        (target IS NULL) = (cursor_xid IS NULL) AND (target IS NULL) = (cursor_seq IS NULL))
) WITH (fillfactor = 20, autovacuum_vacuum_threshold = 200, autovacuum_vacuum_scale_factor = 0);
GRANT SELECT, INSERT, UPDATE ON log.position TO onus_scoring;

-- Who sleeps on which channel. A writer that wakes a sleeper clears its mark, so that one NOTIFY is sent for all
-- that happens until the sleeper is up.
CREATE TABLE log.sleeper (
    channel text NOT NULL,
    worker uuid NOT NULL,
    consumer text NOT NULL,
    asleep boolean NOT NULL,
    updated timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT sleeper_pkey PRIMARY KEY (channel, worker)
) WITH (fillfactor = 20, autovacuum_vacuum_threshold = 200, autovacuum_vacuum_scale_factor = 0);
GRANT SELECT, INSERT, UPDATE, DELETE ON log.sleeper TO onus_scoring, onus_notification;
GRANT SELECT, UPDATE (asleep) ON log.sleeper TO onus_ingestion;

-- Rejected events, after minimisation, until an operator has dealt with them. The same body rejected for the same
-- reason counts up and takes no further room.
CREATE TABLE log.quarantine (
    organization_id integer NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    received timestamptz NOT NULL DEFAULT now(),
    last_received timestamptz NOT NULL DEFAULT now(),
    times integer NOT NULL DEFAULT 1,
    token_id uuid,
    pointer text NOT NULL,
    title text NOT NULL,
    detail text NOT NULL,
    type text,
    source text,
    event_id text,
    body text,    -- null for learning events and for bodies that can't be parsed
    body_hash bytea NOT NULL,
    state text NOT NULL DEFAULT 'held',
    CONSTRAINT quarantine_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT quarantine_problem_unique UNIQUE (organization_id, body_hash, pointer),
    CONSTRAINT quarantine_state_known CHECK (state IN ('held', 'released', 'discarded')),
    CONSTRAINT quarantine_hash_is_sha256 CHECK (octet_length(body_hash) = 32)
);
CREATE INDEX quarantine_held_idx ON log.quarantine (organization_id, id) WHERE state = 'held';    -- the list to work off
ALTER TABLE log.quarantine ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_quarantine ON log.quarantine
    USING (organization_id = onus.current_organization())
    WITH CHECK (organization_id = onus.current_organization());
GRANT SELECT, INSERT, UPDATE ON log.quarantine TO onus_ingestion;

-- The rows of one era that became visible from `base` to `upto` and lie after the cursor, by (xid, seq), at most
-- `page` of them. Two ranges of the tail index: the transactions that were in progress in `base`, and those that had
-- not begun (`xid >= xmax`). Following `xmin` alone would stall behind every long transaction of the cluster.
--
-- One lower bound only, as a row: with two, PostgreSQL may start its descent at the weaker one and read a whole
-- backlog again for each page. The planner is held to the index because a statement planned while the table was empty
-- is kept until somebody analyses the table.
CREATE FUNCTION log.unread(
    of_era integer, base pg_snapshot, upto pg_snapshot, after_xid xid8, after_seq bigint, page integer
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
        ORDER BY e.xid, e.seq LIMIT missing;
END
$body$;
REVOKE ALL ON FUNCTION log.unread(integer, pg_snapshot, pg_snapshot, xid8, bigint, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.unread(integer, pg_snapshot, pg_snapshot, xid8, bigint, integer) TO onus_scoring;

-- Makes the monthly partitions from the month of `first` through that of `last`, where they are missing; returns
-- how many it made. Attaching waits for nobody longer than two seconds: the caller tries again later, and the
-- default partition takes the rows until then.
CREATE FUNCTION log.create_partitions(first date, last date) RETURNS integer
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
        made := made + 1;
    END LOOP;
    RETURN made;
END
$body$;
REVOKE ALL ON FUNCTION log.create_partitions(date, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.create_partitions(date, date) TO onus_ingestion;
