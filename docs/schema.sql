--
-- PostgreSQL database dump
--

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: audit; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA audit;

--
-- Name: facts; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA facts;

--
-- Name: hook; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA hook;

--
-- Name: learner; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA learner;

--
-- Name: log; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA log;

--
-- Name: notice; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA notice;

--
-- Name: onus; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA onus;

--
-- Name: scim; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA scim;

--
-- Name: score; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA score;

--
-- Name: refuse_change(); Type: FUNCTION; Schema: audit; Owner: -
--

CREATE FUNCTION audit.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RAISE EXCEPTION 'audit.access is append-only' USING ERRCODE = 'insufficient_privilege';
END
$$;

--
-- Name: bring_statements(bytea, uuid[], timestamp with time zone[], boolean[], bytea[], text[], uuid[], boolean[], uuid[], text[], text[]); Type: FUNCTION; Schema: learner; Owner: -
--

CREATE FUNCTION learner.bring_statements(secret_hash bytea, new_ids uuid[], new_times timestamp with time zone[], are_timed boolean[], new_digests bytea[], new_people text[], new_identities uuid[], are_job boolean[], targets uuid[], new_keys text[], new_documents text[]) RETURNS TABLE(id uuid, outcome text, retracts uuid)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_column
DECLARE
    owner record;
    fresh uuid[];
BEGIN
    SELECT * INTO owner FROM learner.bringer(secret_hash);
    WITH kept AS (
        INSERT INTO learner.statement AS s (organization_id, bringer, id, time, digest, person, identity, is_job, voids,
            keys, document)
        SELECT owner.organization_id, owner.name, b.id, b.time, b.digest, b.person, b.identity, b.is_job, b.voids,
            b.keys::uuid[], b.document
        FROM unnest(new_ids, new_times, new_digests, new_people, new_identities, are_job, targets, new_keys,
            new_documents) WITH ORDINALITY
            AS b (id, time, digest, person, identity, is_job, voids, keys, document, n)
        ORDER BY b.n
        ON CONFLICT DO NOTHING RETURNING s.id
    ) SELECT coalesce(array_agg(kept.id), '{}') INTO fresh FROM kept;
    -- Statements of one transaction see what those before them have seen committed: the rows of others' too.
    DELETE FROM learner.learning AS l
    USING unnest(new_ids, targets) AS b (id, target), learner.statement AS t
    WHERE b.id = ANY (fresh) AND t.organization_id = owner.organization_id AND t.bringer = owner.name
        AND t.id = b.target AND t.voids IS NULL AND l.organization_id = t.organization_id AND l.person = t.person
        AND l.identity = t.identity;
    RETURN QUERY
        SELECT b.id,
            CASE WHEN b.id = ANY (fresh) THEN
                CASE WHEN b.target IS NULL AND EXISTS (
                    SELECT FROM learner.statement AS v
                    WHERE v.organization_id = owner.organization_id AND v.bringer = owner.name AND v.voids = b.id)
                THEN 'void' ELSE 'new' END
            WHEN s.digest = b.digest AND (NOT b.timed OR s.time = b.time) THEN 'same'
            ELSE 'different' END,
            CASE WHEN b.id = ANY (fresh) AND t.is_job AND t.id <> ALL (fresh) THEN t.id END
        FROM unnest(new_ids, new_times, are_timed, new_digests, targets) WITH ORDINALITY
            AS b (id, time, timed, digest, target, n)
        JOIN learner.statement AS s
            ON s.organization_id = owner.organization_id AND s.bringer = owner.name AND s.id = b.id
        LEFT JOIN learner.statement AS t
            ON t.organization_id = owner.organization_id AND t.bringer = owner.name AND t.id = b.target
                AND t.voids IS NULL
        ORDER BY b.n;
END
$$;

--
-- Name: bringer(bytea); Type: FUNCTION; Schema: learner; Owner: -
--

CREATE FUNCTION learner.bringer(secret_hash bytea, OUT organization_id integer, OUT name text) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_column
BEGIN
    SELECT t.organization_id, t.name INTO organization_id, name
    FROM onus.token AS t
    WHERE t.hash = secret_hash AND t.revoked IS NULL AND coalesce(t.expires, 'infinity') > statement_timestamp()
        AND t.role IN ('admin', 'lms') AND t.organization_id = onus.current_organization();
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no valid token of this organisation' USING ERRCODE = 'insufficient_privilege';
    END IF;
END
$$;

--
-- Name: consistent_through(); Type: FUNCTION; Schema: learner; Owner: -
--

CREATE FUNCTION learner.consistent_through() RETURNS timestamp with time zone
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    -- Before the look at the locks: who begins between the two stores later than this.
    moment timestamptz := clock_timestamp();
BEGIN
    RETURN least(moment, (
        SELECT to_timestamp(min(l.objid::bigint)) FROM pg_locks AS l
        WHERE l.locktype = 'advisory' AND l.classid = 1480675401 AND l.objsubid = 1
            AND l.database = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database())));
END
$$;

--
-- Name: forget_statement(); Type: FUNCTION; Schema: learner; Owner: -
--

CREATE FUNCTION learner.forget_statement() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    UPDATE learner.statement AS s SET document = NULL, keys = '{}', person = NULL
    WHERE s.organization_id = OLD.organization_id AND s.identity = OLD.identity
        -- Its bringer has voided it: not the learner's doing.
        AND NOT EXISTS (
            SELECT FROM learner.statement AS v
            WHERE v.organization_id = s.organization_id AND v.bringer = s.bringer AND v.voids = s.id);
    RETURN NULL;
END
$$;

--
-- Name: keep_statements(bytea, uuid[], timestamp with time zone[], bytea[], text[], uuid[], boolean[], uuid[], uuid[], text[], text[]); Type: FUNCTION; Schema: learner; Owner: -
--

CREATE FUNCTION learner.keep_statements(secret_hash bytea, new_ids uuid[], new_times timestamp with time zone[], new_digests bytea[], new_people text[], new_identities uuid[], are_job boolean[], new_voids uuid[], new_refers uuid[], new_keys text[], new_documents text[]) RETURNS TABLE(id uuid, outcome text, retracts uuid, stored timestamp with time zone)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_column
DECLARE
    owner record;
    began timestamptz;
    fresh uuid[];
BEGIN
    SELECT * INTO owner FROM learner.bringer(secret_hash);
    -- What refers to other statements waits for those under way, and those that come later wait for it: neither could
    -- see the other before one of them is committed. All others go side by side.
    IF EXISTS (SELECT FROM unnest(new_refers) AS target WHERE target IS NOT NULL) THEN
        PERFORM pg_advisory_xact_lock(hashtext('onus learner.statement'), owner.organization_id);
    ELSE
        PERFORM pg_advisory_xact_lock_shared(hashtext('onus learner.statement'), owner.organization_id);
    END IF;
    -- Says until the end of the transaction that something stored since then may still appear. Read after the waiting,
    -- and before the time of storing.
    began := clock_timestamp();
    PERFORM pg_advisory_xact_lock_shared(1480675401::bigint << 32 | floor(extract(epoch FROM began))::bigint);
    began := clock_timestamp();
    WITH kept AS (
        INSERT INTO learner.statement AS s (organization_id, bringer, id, stored, time, digest, person, identity, is_job,
            voids, refers, keys, document)
        SELECT owner.organization_id, owner.name, b.id, m.moment, coalesce(b.time, m.moment), b.digest, b.person,
            b.identity, b.is_job, b.voids, b.refers, b.keys::uuid[], b.document
        FROM unnest(new_ids, new_times, new_digests, new_people, new_identities, are_job, new_voids, new_refers, new_keys,
            new_documents) WITH ORDINALITY
            AS b (id, time, digest, person, identity, is_job, voids, refers, keys, document, n),
            -- No two of one moment, so that whoever asks for what is newer than the last one misses none.
            LATERAL (SELECT began + (b.n - 1) * interval '1 microsecond' AS moment) AS m
        ORDER BY b.n
        ON CONFLICT DO NOTHING RETURNING s.id
    ) SELECT coalesce(array_agg(kept.id), '{}') INTO fresh FROM kept;
    DELETE FROM learner.learning AS l
    USING unnest(new_ids, new_voids) AS b (id, target), learner.statement AS t
    WHERE b.id = ANY (fresh) AND t.organization_id = owner.organization_id AND t.bringer = owner.name
        AND t.id = b.target AND t.voids IS NULL AND l.organization_id = t.organization_id AND l.person = t.person
        AND l.identity = t.identity;
    IF EXISTS (
        SELECT FROM learner.statement AS s
        WHERE s.organization_id = owner.organization_id AND s.bringer = owner.name AND s.refers IS NOT NULL)
    THEN
        PERFORM learner.spread_keys(owner.organization_id, owner.name, fresh);
    END IF;
    RETURN QUERY
        SELECT b.id,
            CASE WHEN b.id = ANY (fresh) THEN
                CASE WHEN b.target IS NULL AND EXISTS (
                    SELECT FROM learner.statement AS v
                    WHERE v.organization_id = owner.organization_id AND v.bringer = owner.name AND v.voids = b.id)
                THEN 'void' ELSE 'new' END
            WHEN s.digest = b.digest AND (b.time IS NULL
                -- Milliseconds are all that a client has to keep of a time.
                OR s.time > b.time - interval '1 millisecond' AND s.time < b.time + interval '1 millisecond')
            THEN 'same'
            ELSE 'different' END,
            CASE WHEN b.id = ANY (fresh) AND t.is_job AND t.id <> ALL (fresh)
                AND b.n = min(b.n) OVER (PARTITION BY b.target)
                AND NOT EXISTS (
                    SELECT FROM learner.statement AS v
                    WHERE v.organization_id = owner.organization_id AND v.bringer = owner.name AND v.voids = t.id
                        AND v.id <> ALL (fresh))
                AND NOT EXISTS (
                    SELECT FROM learner.statement AS o
                    WHERE o.organization_id = owner.organization_id AND o.identity = t.identity
                        AND o.bringer <> owner.name AND o.is_job
                        AND NOT EXISTS (
                            SELECT FROM learner.statement AS v
                            WHERE v.organization_id = o.organization_id AND v.bringer = o.bringer AND v.voids = o.id))
            THEN t.id END,
            s.stored
        FROM unnest(new_ids, new_times, new_digests, new_voids) WITH ORDINALITY
            AS b (id, time, digest, target, n)
        JOIN learner.statement AS s
            ON s.organization_id = owner.organization_id AND s.bringer = owner.name AND s.id = b.id
        LEFT JOIN learner.statement AS t
            ON t.organization_id = owner.organization_id AND t.bringer = owner.name AND t.id = b.target
                AND t.voids IS NULL
        ORDER BY b.n;
END
$$;

--
-- Name: spread_keys(integer, text, uuid[]); Type: FUNCTION; Schema: learner; Owner: -
--

CREATE FUNCTION learner.spread_keys(in_organization integer, of_bringer text, fresh uuid[]) RETURNS void
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    WITH RECURSIVE concerned (id, depth) AS (
        SELECT f.id, 0 FROM unnest(fresh) AS f (id)
        UNION
        SELECT r.id, c.depth + 1 FROM concerned AS c
        JOIN learner.statement AS r
            ON r.organization_id = in_organization AND r.bringer = of_bringer AND r.refers = c.id
        WHERE c.depth < 8
    ), reached (id, target, depth) AS (
        SELECT s.id, s.refers, 1 FROM (SELECT DISTINCT c.id FROM concerned AS c) AS c
        JOIN learner.statement AS s
            ON s.organization_id = in_organization AND s.bringer = of_bringer AND s.id = c.id
        WHERE s.refers IS NOT NULL
        UNION
        SELECT r.id, t.refers, r.depth + 1 FROM reached AS r
        JOIN learner.statement AS t
            ON t.organization_id = in_organization AND t.bringer = of_bringer AND t.id = r.target
        WHERE t.refers IS NOT NULL AND r.depth < 8
    ), gathered AS (
        SELECT r.id, array_agg(DISTINCT k.key) AS keys FROM reached AS r
        JOIN learner.statement AS t
            ON t.organization_id = in_organization AND t.bringer = of_bringer AND t.id = r.target
        CROSS JOIN LATERAL unnest(t.keys) AS k (key)
        GROUP BY r.id
    )
    UPDATE learner.statement AS s SET keys = ARRAY (SELECT DISTINCT unnest(s.keys || g.keys))
    FROM gathered AS g
    WHERE s.organization_id = in_organization AND s.bringer = of_bringer AND s.id = g.id
        AND s.document IS NOT NULL AND NOT s.keys @> g.keys
$$;

--
-- Name: statement_brought(bytea, uuid, boolean); Type: FUNCTION; Schema: learner; Owner: -
--

CREATE FUNCTION learner.statement_brought(secret_hash bytea, wanted uuid, is_void boolean) RETURNS TABLE(stored timestamp with time zone, document text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_column
DECLARE
    owner record;
BEGIN
    SELECT * INTO owner FROM learner.bringer(secret_hash);
    RETURN QUERY
        SELECT s.stored, s.document FROM learner.statement AS s
        WHERE s.organization_id = owner.organization_id AND s.bringer = owner.name AND s.id = wanted
            AND s.document IS NOT NULL
            AND is_void = (s.voids IS NULL AND EXISTS (
                SELECT FROM learner.statement AS v
                WHERE v.organization_id = s.organization_id AND v.bringer = s.bringer AND v.voids = s.id));
END
$$;

--
-- Name: statements_brought(bytea, uuid[], timestamp with time zone, timestamp with time zone, timestamp with time zone, bigint, boolean, integer); Type: FUNCTION; Schema: learner; Owner: -
--

CREATE FUNCTION learner.statements_brought(secret_hash bytea, wanted_keys uuid[], since timestamp with time zone, until timestamp with time zone, last_stored timestamp with time zone, last_seq bigint, ascending boolean, at_most integer) RETURNS TABLE(seq bigint, stored timestamp with time zone, document text, found bigint)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_custom_plan'
    AS $$
#variable_conflict use_column
DECLARE
    owner record;
BEGIN
    SELECT * INTO owner FROM learner.bringer(secret_hash);
    RETURN QUERY
        WITH page AS (
            (SELECT s.seq, s.stored, s.document FROM learner.statement AS s
            WHERE ascending AND s.organization_id = owner.organization_id AND s.bringer = owner.name
                AND s.document IS NOT NULL AND (last_seq IS NULL OR (s.stored, s.seq) > (last_stored, last_seq))
                AND (wanted_keys IS NULL OR s.keys @> wanted_keys)
                AND (since IS NULL OR s.stored > since) AND (until IS NULL OR s.stored <= until)
                AND NOT (s.voids IS NULL AND EXISTS (
                    SELECT FROM learner.statement AS v
                    WHERE v.organization_id = s.organization_id AND v.bringer = s.bringer AND v.voids = s.id))
            ORDER BY s.stored, s.seq LIMIT at_most)
            UNION ALL
            (SELECT s.seq, s.stored, s.document FROM learner.statement AS s
            WHERE NOT ascending AND s.organization_id = owner.organization_id AND s.bringer = owner.name
                AND s.document IS NOT NULL AND (last_seq IS NULL OR (s.stored, s.seq) < (last_stored, last_seq))
                AND (wanted_keys IS NULL OR s.keys @> wanted_keys)
                AND (since IS NULL OR s.stored > since) AND (until IS NULL OR s.stored <= until)
                AND NOT (s.voids IS NULL AND EXISTS (
                    SELECT FROM learner.statement AS v
                    WHERE v.organization_id = s.organization_id AND v.bringer = s.bringer AND v.voids = s.id))
            ORDER BY s.stored DESC, s.seq DESC LIMIT at_most)
        ), placed AS (
            SELECT p.*, row_number() OVER (ORDER BY p.stored, p.seq) * CASE WHEN ascending THEN 1 ELSE -1 END AS place
            FROM page AS p
        ), measured AS (
            SELECT p.*, sum(octet_length(p.document)) OVER (ORDER BY p.place) - octet_length(p.document) AS before,
                count(*) OVER () AS found
            FROM placed AS p
        )
        SELECT m.seq, m.stored, m.document, m.found FROM measured AS m WHERE m.before < 4194304 ORDER BY m.place;
END
$$;

--
-- Name: acknowledge(text, smallint, bigint, integer, pg_snapshot, pg_snapshot, xid8, bigint); Type: FUNCTION; Schema: log; Owner: -
--

CREATE FUNCTION log.acknowledge(of_consumer text, of_shard smallint, number bigint, of_era integer, read_to pg_snapshot, reading_to pg_snapshot, after_xid xid8, after_seq bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
$$;

--
-- Name: backlog(); Type: FUNCTION; Schema: log; Owner: -
--

CREATE FUNCTION log.backlog() RETURNS TABLE(consumer text, events bigint, oldest timestamp with time zone)
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 4
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
$$;

--
-- Name: close_tier(bigint); Type: FUNCTION; Schema: log; Owner: -
--

CREATE FUNCTION log.close_tier(enough bigint) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET lock_timeout TO '3s'
    SET "TimeZone" TO 'UTC'
    SET client_min_messages TO 'warning'
    AS $$
DECLARE
    tier_rows CONSTANT integer := 136;    -- on a page of 8 kB
    present record;
    held bigint;
    -- By the clock, which no restored database sets back: a name is never used for other identities.
    next text := to_char(clock_timestamp(), '"identity_"YYYYMMDD"_"HH24MISSUS');
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtextextended('onus log.close_tier', 0)) THEN
        RETURN false;
    END IF;
    SELECT t.name, t.begun INTO STRICT present FROM log.tier AS t WHERE t.closed IS NULL;
    held := pg_relation_size(format('log.%I', present.name)::regclass) / current_setting('block_size')::integer * tier_rows;
    IF held < greatest(enough, (SELECT sum(t.identities) / 16 FROM log.tier AS t))
    THEN
        RETURN false;
    END IF;
    IF present.begun = 'infinity' THEN
        UPDATE log.tier AS t SET begun = now() WHERE t.name = present.name;
        RETURN false;
    ELSIF present.name = 'identity' AND present.begun > now() - interval '1 day' THEN
        RETURN false;
    END IF;
    PERFORM log.refuse_long_holders(format('log.%I', present.name)::regclass, false);
    EXECUTE format('LOCK TABLE ONLY log.identity, ONLY log.%I IN SHARE UPDATE EXCLUSIVE MODE', present.name);
    -- Whoever looks for an identity in `log.identity` looks in all tiers. Rights and policies are not inherited.
    EXECUTE format('CREATE TABLE log.%I (CONSTRAINT %I PRIMARY KEY (organization_id, identity)) INHERITS (log.identity)',
        next, next || '_pkey');
    EXECUTE format('ALTER TABLE log.%I ENABLE ROW LEVEL SECURITY', next);
    EXECUTE format(
        'CREATE POLICY own_identities ON log.%I USING (organization_id = (SELECT onus.current_organization()))
         WITH CHECK (organization_id = (SELECT onus.current_organization()))', next);
    EXECUTE format('GRANT SELECT, INSERT (organization_id, identity) ON log.%I TO onus_ingestion', next);
    PERFORM set_config('lock_timeout', '250ms', true);
    EXECUTE format(
        'CREATE TRIGGER tier_is_closed BEFORE INSERT ON log.%I FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_closed_tier()',
        present.name);
    UPDATE log.tier AS t SET closed = clock_timestamp(), identities = held WHERE t.name = present.name;
    INSERT INTO log.tier (name) VALUES (next);
    UPDATE onus.migration AS m SET breaking = 'ingestion of before appends to a table that is closed'
    WHERE m.version = 105 AND m.breaking IS NULL;
    RETURN true;
END
$$;

--
-- Name: closed_tier(text, timestamp with time zone); Type: FUNCTION; Schema: log; Owner: -
--

CREATE FUNCTION log.closed_tier(tier text, since timestamp with time zone) RETURNS regclass
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    relation regclass := (
        SELECT format('log.%I', t.name)::regclass FROM log.tier AS t WHERE t.name = tier AND t.closed = since);
BEGIN
    IF relation IS NULL THEN
        RAISE EXCEPTION 'the identities'' tier % was not closed at %', tier, since
            USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    RETURN relation;
END
$$;

--
-- Name: create_partitions(date, date); Type: FUNCTION; Schema: log; Owner: -
--

CREATE FUNCTION log.create_partitions(first date, last date) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET lock_timeout TO '2s'
    SET "TimeZone" TO 'UTC'
    AS $$
DECLARE
    month_start timestamptz;
    month_end timestamptz;
    partition text;
    made integer := 0;
    patience text := current_setting('lock_timeout');
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
        -- The default partition is locked too, which every reader of the log has.
        -- That of now and the next one queue all the same: of many who each have it for a second some always do.
        IF month_end <= now() OR month_start > now() + interval '1 month' THEN
            PERFORM log.refuse_long_holders('log.event_default', true), set_config('lock_timeout', '200ms', true);
        END IF;
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
        PERFORM set_config('lock_timeout', patience, true);
        IF month_end <= now() THEN
            PERFORM log.watch_month(format('log.%I', partition)::regclass);
        END IF;
        made := made + 1;
    END LOOP;
    RETURN made;
END
$$;

--
-- Name: has_read(integer, pg_snapshot, pg_snapshot, xid8, bigint, integer, xid8, bigint); Type: FUNCTION; Schema: log; Owner: -
--

CREATE FUNCTION log.has_read(of_era integer, snapshot pg_snapshot, target pg_snapshot, cursor_xid xid8, cursor_seq bigint, event_era integer, event_xid xid8, event_seq bigint) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ((event_era < of_era) OR ((event_era = of_era) AND (pg_visible_in_snapshot(event_xid, snapshot) OR COALESCE((pg_visible_in_snapshot(event_xid, target) AND (ROW(event_xid, event_seq) <= ROW(cursor_xid, cursor_seq))), false))));

--
-- Name: is_by_subject(text); Type: FUNCTION; Schema: log; Owner: -
--

CREATE FUNCTION log.is_by_subject(consumer text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (consumer ~ '/[0-9]{1,4}/subject$'::text);

--
-- Name: is_read(text); Type: FUNCTION; Schema: log; Owner: -
--

CREATE FUNCTION log.is_read(partition text) RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET jit TO 'off'
    AS $$
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
$$;

--
-- Name: keep_filter(text, timestamp with time zone, bytea); Type: FUNCTION; Schema: log; Owner: -
--

CREATE FUNCTION log.keep_filter(tier text, since timestamp with time zone, made bytea) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    PERFORM log.closed_tier(tier, since);
    UPDATE log.tier AS t SET filter = made WHERE t.name = tier AND t.filter IS NULL;
END
$$;

--
-- Name: months(); Type: FUNCTION; Schema: log; Owner: -
--

CREATE FUNCTION log.months() RETURNS TABLE(month date, is_archived boolean, is_read boolean, bytes bigint)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
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
$_$;

--
-- Name: months_over(); Type: FUNCTION; Schema: log; Owner: -
--

CREATE FUNCTION log.months_over() RETURNS TABLE(part regclass, starts timestamp with time zone, ends timestamp with time zone)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS $_$
    SELECT m.part, m.starts, m.starts + interval '1 month'
    FROM (
        SELECT c.oid::regclass AS part, to_date(right(c.relname, 7), 'YYYY_MM')::timestamptz AS starts
        FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'log.event'::regclass AND c.relname ~ '^event_[0-9]{4}_[0-9]{2}$'
    ) AS m
    WHERE m.starts + interval '1 month' < now() - interval '1 hour'
$_$;

--
-- Name: move_month(date, boolean, integer); Type: FUNCTION; Schema: log; Owner: -
--

CREATE FUNCTION log.move_month(of_month date, to_archive boolean, step integer) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET lock_timeout TO '200ms'
    SET "TimeZone" TO 'UTC'
    AS $_$
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
            PERFORM log.refuse_long_holders(format('log.%I', here)::regclass, true);
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
        PERFORM log.refuse_long_holders('log.event', true);
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
        -- The default partition is locked too, which every reader of the log has.
        PERFORM log.refuse_long_holders('log.archive', true), log.refuse_long_holders('log.event_default', true);
        PERFORM log.watch_month(format('log.%I', archived)::regclass);
        EXECUTE format('ALTER TABLE log.archive DETACH PARTITION log.%I', archived);
        EXECUTE format('ALTER TABLE log.%I RENAME TO %I', archived, live);
        -- Where a clock was set back, the month has got events while it was away.
        IF EXISTS (SELECT FROM log.event_default WHERE recorded >= month_start AND recorded < month_end) THEN
            LOCK TABLE log.event_default IN ACCESS EXCLUSIVE MODE;
            EXECUTE format(
                'WITH late AS (DELETE FROM log.event_default WHERE recorded >= %L AND recorded < %L RETURNING *)
                 INSERT INTO log.%I SELECT * FROM late', month_start, month_end, live);
        END IF;
        EXECUTE format(
            'ALTER TABLE log.event ATTACH PARTITION log.%I FOR VALUES FROM (%L) TO (%L)', live, month_start, month_end);
        EXECUTE format('ALTER TABLE log.%I DROP CONSTRAINT recorded_in_month', live);
    END IF;
END
$_$;

--
-- Name: organizations_with_approved(integer); Type: FUNCTION; Schema: log; Owner: -
--

CREATE FUNCTION log.organizations_with_approved(at_most integer) RETURNS SETOF integer
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT DISTINCT q.organization_id FROM log.quarantine AS q WHERE q.state = 'approved' LIMIT at_most
$$;

--
-- Name: places(text[]); Type: FUNCTION; Schema: log; Owner: -
--

CREATE FUNCTION log.places(expected text[]) RETURNS TABLE(consumer text, shard integer, era integer, snapshot pg_snapshot, target pg_snapshot, cursor_xid xid8, cursor_seq bigint, updated timestamp with time zone)
    LANGUAGE sql STABLE ROWS 4
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
    WITH standing AS MATERIALIZED (SELECT * FROM log.position)
    SELECT s.consumer, part.shard, coalesce(p.era, 1), coalesce(p.snapshot, '1:1:'), p.target, p.cursor_xid, p.cursor_seq,
        p.updated
    FROM (SELECT consumer FROM standing UNION SELECT unnest(expected)) AS s (consumer)
    CROSS JOIN LATERAL generate_series(0, log.shards(s.consumer) - 1) AS part (shard)
    LEFT JOIN standing AS p ON p.consumer = s.consumer AND p.shard = part.shard
$$;

--
-- Name: position_lock(text, smallint); Type: FUNCTION; Schema: log; Owner: -
--

CREATE FUNCTION log.position_lock(consumer text, shard smallint) RETURNS bigint
    LANGUAGE sql IMMUTABLE
    RETURN hashtextextended(('onus log.position '::text || consumer), (shard)::bigint);

--
-- Name: refuse_closed_tier(); Type: FUNCTION; Schema: log; Owner: -
--

CREATE FUNCTION log.refuse_closed_tier() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'the identities'' tier % is closed', TG_TABLE_NAME
        USING ERRCODE = 'serialization_failure', CONSTRAINT = 'tier_is_open', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
END
$$;

--
-- Name: refuse_long_holders(regclass, boolean); Type: FUNCTION; Schema: log; Owner: -
--

CREATE FUNCTION log.refuse_long_holders(relation regclass, readers_too boolean) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    holders text[];
BEGIN
    FOR attempt IN 1..2 LOOP
        -- A transaction's virtual id is never used again by its process.
        holders := (
            SELECT array_agg(DISTINCT l.virtualtransaction) FROM pg_locks AS l
            WHERE l.locktype = 'relation' AND l.relation = refuse_long_holders.relation AND l.granted
                AND l.database = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database())
                AND l.pid <> pg_backend_pid() AND (readers_too OR l.mode NOT IN ('AccessShareLock', 'RowShareLock'))
                AND (attempt = 1 OR l.virtualtransaction = ANY (holders)));
        EXIT WHEN holders IS NULL;
        IF attempt = 2 THEN
            RAISE EXCEPTION 'a transaction has % for long', relation USING ERRCODE = 'lock_not_available';
        END IF;
        PERFORM pg_sleep(0.25);
    END LOOP;
END
$$;

--
-- Name: rotate_acks(interval, bigint); Type: FUNCTION; Schema: log; Owner: -
--

CREATE FUNCTION log.rotate_acks(settled interval DEFAULT '00:00:03'::interval, grown bigint DEFAULT 65536) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $_$
DECLARE
    slot integer;
    written regclass;
    other regclass;
    is_empty boolean;
    is_settled boolean;
    copied_rows integer;
    tries integer := 0;
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
        -- Rather than wait: every acknowledgement would queue behind it, and one that is held open would hold up all.
        WHILE NOT pg_try_advisory_xact_lock(hashtextextended('onus log.ack_slot', 0)) LOOP
            IF tries = 10 THEN
                -- Somebody always has it: the tables must not grow for ever.
                IF pg_relation_size(written) < 16 * grown THEN
                    RETURN false;
                END IF;
                BEGIN
                    -- For each megabyte 50 ms, and a second at most.
                    PERFORM set_config(
                        'lock_timeout', least(1000, greatest(50, 50 * pg_relation_size(written) / 1048576)) || 'ms', true);
                    PERFORM pg_advisory_xact_lock(hashtextextended('onus log.ack_slot', 0));
                EXCEPTION
                    WHEN lock_not_available THEN
                        RETURN false;
                END;
                EXIT;
            END IF;
            tries := tries + 1;
            PERFORM pg_sleep(0.002);
        END LOOP;
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
$_$;

--
-- Name: server_run(); Type: FUNCTION; Schema: log; Owner: -
--

CREATE FUNCTION log.server_run() RETURNS text
    LANGUAGE sql STABLE
    RETURN (((EXTRACT(epoch FROM pg_postmaster_start_time()))::text || '/'::text) || COALESCE((EXTRACT(epoch FROM pg_stat_get_bgwriter_stat_reset_time()))::text, ''::text));

--
-- Name: settle_months(); Type: FUNCTION; Schema: log; Owner: -
--

CREATE FUNCTION log.settle_months() RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET lock_timeout TO '3s'
    SET "TimeZone" TO 'UTC'
    AS $$
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
$$;

--
-- Name: shard_of(integer, text, boolean, integer); Type: FUNCTION; Schema: log; Owner: -
--

CREATE FUNCTION log.shard_of(organization_id integer, subject text, by_subject boolean, shards integer) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (((hashtextextended(CASE WHEN by_subject THEN COALESCE(subject, ''::text) ELSE ''::text END, (organization_id)::bigint) & '9223372036854775807'::bigint) % (shards)::bigint))::integer;

--
-- Name: shards(text); Type: FUNCTION; Schema: log; Owner: -
--

CREATE FUNCTION log.shards(consumer text) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN COALESCE(("substring"(consumer, '/([0-9]{1,4})/(?:organization|subject)$'::text))::integer, 1);

--
-- Name: sleep(text, bigint); Type: FUNCTION; Schema: log; Owner: -
--

CREATE FUNCTION log.sleep(channel text, mark bigint) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
$$;

--
-- Name: take_position(text, smallint, boolean, integer); Type: FUNCTION; Schema: log; Owner: -
--

CREATE FUNCTION log.take_position(of_consumer text, of_shard smallint, is_waiting boolean, patience integer) RETURNS TABLE(n bigint, era integer, snapshot pg_snapshot, target pg_snapshot, cursor_xid xid8, cursor_seq bigint)
    LANGUAGE plpgsql SECURITY DEFINER ROWS 1
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET jit TO 'off'
    AS $$
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
$$;

--
-- Name: take_unread(text, integer, text, bigint, integer, pg_snapshot, integer); Type: FUNCTION; Schema: log; Owner: -
--

CREATE FUNCTION log.take_unread(of_consumer text, patience integer, of_run text, known bigint, of_era integer, read pg_snapshot, page integer) RETURNS TABLE(organization_id integer, era integer, xid xid8, seq bigint, recorded timestamp with time zone, identity uuid, type smallint, source text, id text, "time" timestamp with time zone, subject text, data text, upto text)
    LANGUAGE plpgsql SECURITY DEFINER ROWS 10
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
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
$$;

--
-- Name: tier_identities(text, timestamp with time zone, bigint, integer); Type: FUNCTION; Schema: log; Owner: -
--

CREATE FUNCTION log.tier_identities(tier text, since timestamp with time zone, first bigint, pages integer) RETURNS bytea
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    relation regclass := log.closed_tier(tier, since);
    found bytea;
BEGIN
    IF first >= pg_relation_size(relation) / current_setting('block_size')::integer THEN
        RETURN NULL;
    END IF;
    EXECUTE format('SELECT string_agg(uuid_send(i.identity), '''') FROM ONLY %s AS i WHERE i.ctid >= $1 AND i.ctid < $2', relation)
        INTO found USING format('(%s,0)', first)::tid, format('(%s,0)', first + pages)::tid;
    RETURN coalesce(found, '');
END
$_$;

--
-- Name: event_seq; Type: SEQUENCE; Schema: log; Owner: -
--

CREATE SEQUENCE log.event_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

SET default_tablespace = '';

--
-- Name: event; Type: TABLE; Schema: log; Owner: -
--

CREATE TABLE log.event (
    organization_id integer NOT NULL,
    era integer NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    seq bigint DEFAULT nextval('log.event_seq'::regclass) NOT NULL,
    recorded timestamp with time zone DEFAULT transaction_timestamp() NOT NULL,
    identity uuid NOT NULL,
    type smallint NOT NULL,
    source text NOT NULL,
    id text NOT NULL,
    "time" timestamp with time zone NOT NULL,
    subject text,
    data text NOT NULL,
    attributes text
)
PARTITION BY RANGE (recorded);

--
-- Name: unread(integer, pg_snapshot, pg_snapshot, xid8, bigint, integer); Type: FUNCTION; Schema: log; Owner: -
--

CREATE FUNCTION log.unread(of_era integer, base pg_snapshot, upto pg_snapshot, after_xid xid8, after_seq bigint, page integer) RETURNS SETOF log.event
    LANGUAGE sql STABLE ROWS 100
    AS $$
    SELECT * FROM log.unread_of_shard(of_era, base, upto, after_xid, after_seq, page, 0, 1, false)
$$;

--
-- Name: unread_of_shard(integer, pg_snapshot, pg_snapshot, xid8, bigint, integer, integer, integer, boolean); Type: FUNCTION; Schema: log; Owner: -
--

CREATE FUNCTION log.unread_of_shard(of_era integer, base pg_snapshot, upto pg_snapshot, after_xid xid8, after_seq bigint, page integer, of_shard integer, shards integer, by_subject boolean) RETURNS SETOF log.event
    LANGUAGE plpgsql STABLE ROWS 100
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
$$;

--
-- Name: unread_parts(integer, pg_snapshot, pg_snapshot, xid8, bigint, pg_snapshot); Type: FUNCTION; Schema: log; Owner: -
--

CREATE FUNCTION log.unread_parts(of_era integer, snapshot pg_snapshot, target pg_snapshot, cursor_xid xid8, cursor_seq bigint, moment pg_snapshot) RETURNS TABLE(era integer, base pg_snapshot, upto pg_snapshot, after_xid xid8, after_seq bigint)
    LANGUAGE sql STABLE ROWS 2
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
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
$$;

--
-- Name: unsettle(); Type: FUNCTION; Schema: log; Owner: -
--

CREATE FUNCTION log.unsettle() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    -- Any other isolation would not see a claim that was made since its beginning.
    IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
        RAISE EXCEPTION 'events of a month that is over, or has no partition, are added under READ COMMITTED only'
            USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    DELETE FROM log.settled AS s WHERE s.before > NEW.recorded;
    RETURN NEW;
END
$$;

--
-- Name: wake(text); Type: FUNCTION; Schema: log; Owner: -
--

CREATE FUNCTION log.wake(channel text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
$$;

--
-- Name: watch_month(regclass); Type: FUNCTION; Schema: log; Owner: -
--

CREATE FUNCTION log.watch_month(month regclass) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF EXISTS (SELECT FROM pg_trigger AS t WHERE t.tgrelid = month AND t.tgname = 'month_is_settled') THEN
        RETURN false;
    END IF;
    EXECUTE format(
        'CREATE TRIGGER month_is_settled BEFORE INSERT OR UPDATE OF recorded, era, xid ON %s
         FOR EACH ROW EXECUTE FUNCTION log.unsettle()', month);
    RETURN true;
END
$$;

--
-- Name: authenticate(bytea); Type: FUNCTION; Schema: onus; Owner: -
--

CREATE FUNCTION onus.authenticate(hash bytea) RETURNS TABLE(organization_id integer, id uuid, name text, role text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_column
BEGIN
    -- SKIP LOCKED: of many requests with one token the first notes its use, the others don't wait.
    UPDATE onus.token AS used SET last_used = statement_timestamp()
    FROM (
        SELECT t.organization_id, t.id FROM onus.token AS t
        WHERE t.hash = authenticate.hash AND t.revoked IS NULL
            AND coalesce(t.last_used, '-infinity') < statement_timestamp() - interval '1 minute'
        FOR NO KEY UPDATE SKIP LOCKED
    ) AS stale
    WHERE used.organization_id = stale.organization_id AND used.id = stale.id;
    RETURN QUERY
        SELECT t.organization_id, t.id, t.name, t.role FROM onus.token AS t
        WHERE t.hash = authenticate.hash AND t.revoked IS NULL
            AND coalesce(t.expires, 'infinity') > statement_timestamp();
END
$$;

--
-- Name: authenticate_2(bytea); Type: FUNCTION; Schema: onus; Owner: -
--

CREATE FUNCTION onus.authenticate_2(hash bytea) RETURNS TABLE(organization_id integer, id uuid, name text, role text, rate integer)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_column
BEGIN
    -- SKIP LOCKED: of many requests with one token the first notes its use, the others don't wait.
    UPDATE onus.token AS used SET last_used = statement_timestamp()
    FROM (
        SELECT t.organization_id, t.id FROM onus.token AS t
        WHERE t.hash = authenticate_2.hash AND t.revoked IS NULL
            AND coalesce(t.expires, 'infinity') > statement_timestamp()
            AND coalesce(t.last_used, '-infinity') < statement_timestamp() - interval '1 minute'
        FOR NO KEY UPDATE SKIP LOCKED
    ) AS stale
    WHERE used.organization_id = stale.organization_id AND used.id = stale.id;
    RETURN QUERY
        SELECT t.organization_id, t.id, t.name, t.role, t.rate FROM onus.token AS t
        WHERE t.hash = authenticate_2.hash AND t.revoked IS NULL
            AND coalesce(t.expires, 'infinity') > statement_timestamp();
END
$$;

--
-- Name: current_era(); Type: FUNCTION; Schema: onus; Owner: -
--

CREATE FUNCTION onus.current_era() RETURNS integer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    newest onus.era;
BEGIN
    SELECT * INTO newest FROM onus.era ORDER BY era DESC LIMIT 1;
    IF newest.system_identifier IS DISTINCT FROM (SELECT system_identifier FROM pg_control_system()) THEN
        RAISE EXCEPTION 'this database was restored into another cluster'
            USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Run "onus migrate".';
    END IF;
    RETURN newest.era;
END
$$;

--
-- Name: current_organization(); Type: FUNCTION; Schema: onus; Owner: -
--

CREATE FUNCTION onus.current_organization() RETURNS integer
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (NULLIF(current_setting('onus.organization_id'::text, true), ''::text))::integer;

--
-- Name: current_person(); Type: FUNCTION; Schema: onus; Owner: -
--

CREATE FUNCTION onus.current_person() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN NULLIF(current_setting('onus.person'::text, true), ''::text);

--
-- Name: keep_scored_day_forward(); Type: FUNCTION; Schema: onus; Owner: -
--

CREATE FUNCTION onus.keep_scored_day_forward() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF NEW.scored_day < OLD.scored_day OR (NEW.scored_day IS NULL AND OLD.scored_day IS NOT NULL) THEN
        RAISE EXCEPTION 'scored_day: expected a day from % on, got %', OLD.scored_day, NEW.scored_day
            USING ERRCODE = 'check_violation', CONSTRAINT = 'organization_scored_day_moves_forward';
    END IF;
    RETURN NEW;
END
$$;

--
-- Name: organization_named(text); Type: FUNCTION; Schema: onus; Owner: -
--

CREATE FUNCTION onus.organization_named(name text) RETURNS integer
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT o.id FROM onus.organization AS o WHERE o.name = organization_named.name
$$;

--
-- Name: raise_era(); Type: FUNCTION; Schema: onus; Owner: -
--

CREATE FUNCTION onus.raise_era() RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    LOCK TABLE onus.era IN EXCLUSIVE MODE;
    INSERT INTO onus.era (era, system_identifier)
    SELECT coalesce((SELECT max(era) FROM onus.era), 0) + 1, control.system_identifier
    FROM pg_control_system() AS control
    WHERE control.system_identifier IS DISTINCT FROM
        (SELECT system_identifier FROM onus.era ORDER BY era DESC LIMIT 1);
    RETURN (SELECT max(era) FROM onus.era);
END
$$;

SET default_table_access_method = heap;

--
-- Name: access; Type: TABLE; Schema: audit; Owner: -
--

CREATE TABLE audit.access (
    organization_id integer NOT NULL,
    person text NOT NULL,
    id bigint NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    viewer text NOT NULL,
    viewer_role text NOT NULL,
    what text NOT NULL,
    reason text,
    day date
);

--
-- Name: access_id_seq; Type: SEQUENCE; Schema: audit; Owner: -
--

ALTER TABLE audit.access ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME audit.access_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: event; Type: TABLE; Schema: facts; Owner: -
--

CREATE TABLE facts.event (
    organization_id integer NOT NULL,
    identity uuid NOT NULL,
    type smallint NOT NULL,
    day date NOT NULL,
    "time" timestamp with time zone NOT NULL,
    source text NOT NULL COLLATE pg_catalog."C",
    id text NOT NULL COLLATE pg_catalog."C",
    recorded timestamp with time zone NOT NULL,
    person text COLLATE pg_catalog."C",
    gap text COLLATE pg_catalog."C",
    actor text COLLATE pg_catalog."C",
    role text COLLATE pg_catalog."C",
    programme text COLLATE pg_catalog."C",
    target uuid,
    data text NOT NULL,
    unit text COLLATE pg_catalog."C",
    packed bytea
);

--
-- Name: assignment; Type: VIEW; Schema: facts; Owner: -
--

CREATE VIEW facts.assignment AS
 SELECT e.organization_id,
    e.person,
    (e.data)::jsonb AS data,
    ((e.data)::jsonb ->> 'effectiveFrom'::text) AS effective_from,
    e."time",
    e.source,
    e.id
   FROM facts.event e
  WHERE ((e.organization_id = onus.current_organization()) AND (e.type = 1) AND ((((e.data)::jsonb ->> 'effectiveFrom'::text))::date <= ((now() AT TIME ZONE 'UTC'::text))::date) AND (NOT (EXISTS ( SELECT
           FROM facts.event r
          WHERE ((r.organization_id = e.organization_id) AND (r.target = e.identity) AND (r.type = 16))))) AND COALESCE(( SELECT ((c.type = 18) AND (((c.data)::jsonb ->> 'decision'::text) = 'stands'::text))
           FROM facts.event c
          WHERE ((c.organization_id = e.organization_id) AND (c.target = e.identity) AND (c.type = ANY (ARRAY[17, 18])) AND (c.day <= ((now() AT TIME ZONE 'UTC'::text))::date) AND (NOT (EXISTS ( SELECT
                   FROM facts.event r
                  WHERE ((r.organization_id = c.organization_id) AND (r.target = c.identity) AND (r.type = 16))))))
          ORDER BY c."time" DESC, c.source DESC, c.id DESC
         LIMIT 1), true));

--
-- Name: person_directory; Type: VIEW; Schema: facts; Owner: -
--

CREATE VIEW facts.person_directory AS
 SELECT today.organization_id,
    today.person,
    (today.data ->> 'name'::text) AS name,
    (today.data ->> 'email'::text) AS email,
    (today.data ->> 'timeZone'::text) AS time_zone,
    (today.data ->> 'locale'::text) AS locale,
    ((today.data ->> 'active'::text))::boolean AS active,
    COALESCE(NULLIF((today.data ->> 'manager'::text), today.person), before.manager) AS manager
   FROM (( SELECT DISTINCT ON (a.organization_id, a.person) a.organization_id,
            a.person,
            a.data
           FROM facts.assignment a
          ORDER BY a.organization_id, a.person, a.effective_from DESC, a."time" DESC, a.source DESC, a.id DESC) today
     LEFT JOIN LATERAL ( SELECT (a.data ->> 'manager'::text) AS manager
           FROM facts.assignment a
          WHERE ((NOT ((today.data ->> 'active'::text))::boolean) AND (a.organization_id = today.organization_id) AND (a.person = today.person) AND ((a.data ->> 'manager'::text) <> today.person))
          ORDER BY a.effective_from DESC, a."time" DESC, a.source DESC, a.id DESC
         LIMIT 1) before ON (true));

--
-- Name: hook; Type: TABLE; Schema: hook; Owner: -
--

CREATE TABLE hook.hook (
    organization_id integer NOT NULL,
    name text NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    connector text NOT NULL,
    role text DEFAULT 'integration'::text NOT NULL,
    secret text,
    api_secret text,
    settings jsonb DEFAULT '{}'::jsonb NOT NULL,
    created timestamp with time zone DEFAULT now() NOT NULL,
    disabled timestamp with time zone,
    CONSTRAINT hook_api_secret_is_name CHECK ((api_secret ~ '^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$'::text)),
    CONSTRAINT hook_connector_is_slug CHECK ((connector ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'::text)),
    CONSTRAINT hook_name_is_slug CHECK ((name ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'::text)),
    CONSTRAINT hook_role_known CHECK ((role = ANY (ARRAY['integration'::text, 'lms'::text]))),
    CONSTRAINT hook_secret_is_name CHECK ((secret ~ '^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$'::text)),
    CONSTRAINT hook_settings_are_object CHECK ((jsonb_typeof(settings) = 'object'::text))
);

--
-- Name: poll; Type: TABLE; Schema: hook; Owner: -
--

CREATE TABLE hook.poll (
    organization_id integer NOT NULL,
    name text NOT NULL,
    due timestamp with time zone DEFAULT now() NOT NULL,
    wanted timestamp with time zone,
    lease uuid,
    leased timestamp with time zone,
    leased_until timestamp with time zone,
    cursor text,
    page text,
    high text,
    began timestamp with time zone,
    failures integer DEFAULT 0 NOT NULL,
    last_error text,
    last_success timestamp with time zone
);

--
-- Name: state; Type: TABLE; Schema: hook; Owner: -
--

CREATE TABLE hook.state (
    organization_id integer NOT NULL,
    name text NOT NULL,
    subject uuid NOT NULL,
    state uuid,
    changes integer DEFAULT 0 NOT NULL,
    seen timestamp with time zone,
    counted timestamp with time zone
);

--
-- Name: learning; Type: TABLE; Schema: learner; Owner: -
--

CREATE TABLE learner.learning (
    organization_id integer NOT NULL,
    person text NOT NULL,
    identity uuid NOT NULL,
    recorded timestamp with time zone DEFAULT transaction_timestamp() NOT NULL,
    "time" timestamp with time zone NOT NULL,
    title text NOT NULL,
    provider text,
    url text,
    data text NOT NULL
);

--
-- Name: statement; Type: TABLE; Schema: learner; Owner: -
--

CREATE TABLE learner.statement (
    organization_id integer NOT NULL,
    bringer text NOT NULL,
    id uuid NOT NULL,
    seq bigint NOT NULL,
    stored timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    "time" timestamp with time zone NOT NULL,
    digest bytea NOT NULL,
    person text,
    identity uuid,
    is_job boolean NOT NULL,
    voids uuid,
    keys uuid[] NOT NULL,
    document text,
    refers uuid
);

--
-- Name: statement_seq_seq; Type: SEQUENCE; Schema: learner; Owner: -
--

ALTER TABLE learner.statement ALTER COLUMN seq ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME learner.statement_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: ack_0; Type: TABLE; Schema: log; Owner: -
--

CREATE TABLE log.ack_0 (
    n bigint NOT NULL,
    updated timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    era integer DEFAULT 1 NOT NULL,
    shard smallint DEFAULT 0 NOT NULL,
    consumer text NOT NULL,
    snapshot pg_snapshot NOT NULL,
    target pg_snapshot,
    cursor_xid xid8,
    cursor_seq bigint,
    copied timestamp with time zone,
    CONSTRAINT ack_0_cursor_whole CHECK ((((target IS NULL) = (cursor_xid IS NULL)) AND ((target IS NULL) = (cursor_seq IS NULL))))
)
WITH (autovacuum_enabled=off);

--
-- Name: ack_1; Type: TABLE; Schema: log; Owner: -
--

CREATE TABLE log.ack_1 (
    n bigint NOT NULL,
    updated timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    era integer DEFAULT 1 NOT NULL,
    shard smallint DEFAULT 0 NOT NULL,
    consumer text NOT NULL,
    snapshot pg_snapshot NOT NULL,
    target pg_snapshot,
    cursor_xid xid8,
    cursor_seq bigint,
    copied timestamp with time zone,
    CONSTRAINT ack_1_cursor_whole CHECK ((((target IS NULL) = (cursor_xid IS NULL)) AND ((target IS NULL) = (cursor_seq IS NULL))))
)
WITH (autovacuum_enabled=off);

--
-- Name: ack_slot; Type: SEQUENCE; Schema: log; Owner: -
--

CREATE SEQUENCE log.ack_slot
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

--
-- Name: archive; Type: TABLE; Schema: log; Owner: -
--

CREATE TABLE log.archive (
    organization_id integer NOT NULL,
    era integer NOT NULL,
    xid xid8 NOT NULL,
    seq bigint NOT NULL,
    recorded timestamp with time zone NOT NULL,
    identity uuid NOT NULL,
    type smallint NOT NULL,
    source text NOT NULL,
    id text NOT NULL,
    "time" timestamp with time zone NOT NULL,
    subject text,
    data text NOT NULL,
    attributes text
)
PARTITION BY RANGE (recorded);

--
-- Name: event_default; Type: TABLE; Schema: log; Owner: -
--

CREATE TABLE log.event_default (
    organization_id integer NOT NULL,
    era integer NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    seq bigint DEFAULT nextval('log.event_seq'::regclass) NOT NULL,
    recorded timestamp with time zone DEFAULT transaction_timestamp() NOT NULL,
    identity uuid NOT NULL,
    type smallint NOT NULL,
    source text NOT NULL,
    id text NOT NULL,
    "time" timestamp with time zone NOT NULL,
    subject text,
    data text NOT NULL,
    attributes text
);

--
-- Name: every_event; Type: VIEW; Schema: log; Owner: -
--

CREATE VIEW log.every_event WITH (security_invoker='true') AS
 SELECT event.organization_id,
    event.era,
    event.xid,
    event.seq,
    event.recorded,
    event.identity,
    event.type,
    event.source,
    event.id,
    event."time",
    event.subject,
    event.data,
    event.attributes
   FROM log.event
UNION ALL
 SELECT archive.organization_id,
    archive.era,
    archive.xid,
    archive.seq,
    archive.recorded,
    archive.identity,
    archive.type,
    archive.source,
    archive.id,
    archive."time",
    archive.subject,
    archive.data,
    archive.attributes
   FROM log.archive;

--
-- Name: identity; Type: TABLE; Schema: log; Owner: -
--

CREATE TABLE log.identity (
    organization_id integer NOT NULL,
    identity uuid NOT NULL,
    recorded timestamp with time zone DEFAULT transaction_timestamp() NOT NULL
);

--
-- Name: onus_log_asleep; Type: SEQUENCE; Schema: log; Owner: -
--

CREATE SEQUENCE log.onus_log_asleep
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

--
-- Name: onus_log_woken; Type: SEQUENCE; Schema: log; Owner: -
--

CREATE SEQUENCE log.onus_log_woken
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

--
-- Name: position; Type: VIEW; Schema: log; Owner: -
--

CREATE VIEW log."position" AS
 WITH RECURSIVE known AS (
        ( SELECT ack.consumer,
            ack.shard
           FROM ( SELECT ack_0.consumer,
                    ack_0.shard
                   FROM log.ack_0
                UNION ALL
                 SELECT ack_1.consumer,
                    ack_1.shard
                   FROM log.ack_1) ack
          ORDER BY ack.consumer, ack.shard
         LIMIT 1)
        UNION ALL
         SELECT next.consumer,
            next.shard
           FROM known k_1,
            LATERAL ( SELECT ack.consumer,
                    ack.shard
                   FROM ( SELECT ack_0.consumer,
                            ack_0.shard
                           FROM log.ack_0
                        UNION ALL
                         SELECT ack_1.consumer,
                            ack_1.shard
                           FROM log.ack_1) ack
                  WHERE (ROW(ack.consumer, ack.shard) > ROW(k_1.consumer, k_1.shard))
                  ORDER BY ack.consumer, ack.shard
                 LIMIT 1) next
        )
 SELECT k.consumer,
    k.shard,
    p.n,
    p.era,
    p.snapshot,
    p.target,
    p.cursor_xid,
    p.cursor_seq,
    p.updated
   FROM known k,
    LATERAL ( SELECT ack.n,
            ack.updated,
            ack.era,
            ack.shard,
            ack.consumer,
            ack.snapshot,
            ack.target,
            ack.cursor_xid,
            ack.cursor_seq,
            ack.copied
           FROM ( SELECT ack_0.n,
                    ack_0.updated,
                    ack_0.era,
                    ack_0.shard,
                    ack_0.consumer,
                    ack_0.snapshot,
                    ack_0.target,
                    ack_0.cursor_xid,
                    ack_0.cursor_seq,
                    ack_0.copied
                   FROM log.ack_0
                UNION ALL
                 SELECT ack_1.n,
                    ack_1.updated,
                    ack_1.era,
                    ack_1.shard,
                    ack_1.consumer,
                    ack_1.snapshot,
                    ack_1.target,
                    ack_1.cursor_xid,
                    ack_1.cursor_seq,
                    ack_1.copied
                   FROM log.ack_1) ack
          WHERE ((ack.consumer = k.consumer) AND (ack.shard = k.shard))
          ORDER BY ack.n DESC
         LIMIT 1) p;

--
-- Name: quarantine; Type: TABLE; Schema: log; Owner: -
--

CREATE TABLE log.quarantine (
    organization_id integer NOT NULL,
    id bigint NOT NULL,
    received timestamp with time zone DEFAULT now() NOT NULL,
    last_received timestamp with time zone DEFAULT now() NOT NULL,
    times integer DEFAULT 1 NOT NULL,
    token_id uuid,
    pointer text NOT NULL,
    title text NOT NULL,
    detail text NOT NULL,
    type text,
    source text,
    event_id text,
    body text,
    body_hash bytea NOT NULL,
    state text DEFAULT 'held'::text NOT NULL,
    fixed text,
    settled timestamp with time zone,
    settled_by text,
    hook text,
    call text,
    CONSTRAINT quarantine_hash_is_sha256 CHECK ((octet_length(body_hash) = 32)),
    CONSTRAINT quarantine_state_known CHECK ((state = ANY (ARRAY['held'::text, 'approved'::text, 'released'::text, 'discarded'::text])))
);

--
-- Name: quarantine_id_seq; Type: SEQUENCE; Schema: log; Owner: -
--

ALTER TABLE log.quarantine ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME log.quarantine_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: settled; Type: TABLE; Schema: log; Owner: -
--

CREATE TABLE log.settled (
    before timestamp with time zone NOT NULL,
    era integer NOT NULL,
    xid xid8 NOT NULL
);

--
-- Name: tier; Type: TABLE; Schema: log; Owner: -
--

CREATE TABLE log.tier (
    name text NOT NULL,
    begun timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    closed timestamp with time zone,
    identities bigint,
    filter bytea,
    CONSTRAINT tier_closed_whole CHECK ((((closed IS NULL) = (identities IS NULL)) AND ((closed IS NOT NULL) OR (filter IS NULL))))
);
ALTER TABLE ONLY log.tier ALTER COLUMN filter SET STORAGE EXTERNAL;

--
-- Name: delivery; Type: TABLE; Schema: notice; Owner: -
--

CREATE TABLE notice.delivery (
    organization_id integer NOT NULL,
    id bigint NOT NULL,
    notice_id bigint,
    kind text NOT NULL,
    channel text NOT NULL,
    recipient text NOT NULL,
    webhook_id bigint,
    state text NOT NULL,
    day date NOT NULL,
    due timestamp with time zone NOT NULL,
    leased_until timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    last_error text,
    digest_id bigint,
    identity uuid DEFAULT gen_random_uuid() NOT NULL,
    created timestamp with time zone DEFAULT now() NOT NULL,
    finished timestamp with time zone,
    begun boolean DEFAULT false NOT NULL,
    CONSTRAINT delivery_channel CHECK ((channel = ANY (ARRAY['inbox'::text, 'email'::text, 'webhook'::text]))),
    CONSTRAINT delivery_digest CHECK (((state = 'digested'::text) = (digest_id IS NOT NULL))),
    CONSTRAINT delivery_state CHECK ((state = ANY (ARRAY['pending'::text, 'sent'::text, 'held'::text, 'digested'::text, 'muted'::text, 'parked'::text]))),
    CONSTRAINT delivery_webhook CHECK (((channel = 'webhook'::text) = (webhook_id IS NOT NULL)))
);

--
-- Name: delivery_id_seq; Type: SEQUENCE; Schema: notice; Owner: -
--

ALTER TABLE notice.delivery ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME notice.delivery_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: notice; Type: TABLE; Schema: notice; Owner: -
--

CREATE TABLE notice.notice (
    organization_id integer NOT NULL,
    id bigint NOT NULL,
    key text NOT NULL COLLATE pg_catalog."C",
    digest uuid NOT NULL,
    kind text NOT NULL,
    recipient text NOT NULL COLLATE pg_catalog."C",
    recipient_role text NOT NULL,
    day date NOT NULL,
    created timestamp with time zone DEFAULT now() NOT NULL,
    person text COLLATE pg_catalog."C",
    reason text NOT NULL,
    evidence jsonb NOT NULL,
    next_step text NOT NULL,
    link text NOT NULL
);

--
-- Name: reading; Type: TABLE; Schema: notice; Owner: -
--

CREATE TABLE notice.reading (
    organization_id integer NOT NULL,
    person text NOT NULL,
    notice_id bigint NOT NULL,
    read timestamp with time zone DEFAULT now() NOT NULL
);

--
-- Name: inbox; Type: VIEW; Schema: notice; Owner: -
--

CREATE VIEW notice.inbox WITH (security_invoker='true') AS
 SELECT d.organization_id,
    d.recipient AS person,
    d.id AS delivery_id,
    n.id AS notice_id,
    n.kind,
    n.person AS about,
    n.recipient_role,
    n.day,
    n.created,
    n.reason,
    n.evidence,
    n.next_step,
    n.link,
    r.read
   FROM ((notice.delivery d
     JOIN notice.notice n ON (((n.organization_id = d.organization_id) AND (n.id = d.notice_id))))
     LEFT JOIN notice.reading r ON (((r.organization_id = d.organization_id) AND (r.person = d.recipient) AND (r.notice_id = d.notice_id))))
  WHERE (d.channel = 'inbox'::text);

--
-- Name: mute; Type: TABLE; Schema: notice; Owner: -
--

CREATE TABLE notice.mute (
    organization_id integer NOT NULL,
    person text NOT NULL,
    kind text NOT NULL,
    created timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT mute_not_contested CHECK ((kind <> 'evidence_contested'::text))
);

--
-- Name: notice_id_seq; Type: SEQUENCE; Schema: notice; Owner: -
--

ALTER TABLE notice.notice ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME notice.notice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: pending; Type: TABLE; Schema: notice; Owner: -
--

CREATE TABLE notice.pending (
    organization_id integer NOT NULL,
    notice_id bigint NOT NULL
);

--
-- Name: preference; Type: TABLE; Schema: notice; Owner: -
--

CREATE TABLE notice.preference (
    organization_id integer NOT NULL,
    person text NOT NULL,
    email boolean DEFAULT true NOT NULL,
    quiet_from_minute smallint DEFAULT 1080 NOT NULL,
    quiet_until_minute smallint DEFAULT 480 NOT NULL,
    quiet_weekends boolean DEFAULT true NOT NULL,
    CONSTRAINT preference_minutes CHECK ((((quiet_from_minute >= 0) AND (quiet_from_minute <= 1439)) AND ((quiet_until_minute >= 0) AND (quiet_until_minute <= 1439))))
);

--
-- Name: unsubscribe_key; Type: TABLE; Schema: notice; Owner: -
--

CREATE TABLE notice.unsubscribe_key (
    organization_id integer NOT NULL,
    key bytea NOT NULL,
    created timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT unsubscribe_key_length CHECK ((octet_length(key) = 32))
);

--
-- Name: webhook; Type: TABLE; Schema: notice; Owner: -
--

CREATE TABLE notice.webhook (
    organization_id integer NOT NULL,
    id bigint NOT NULL,
    url text NOT NULL,
    kinds text[] NOT NULL,
    secrets text[] NOT NULL,
    created timestamp with time zone DEFAULT now() NOT NULL,
    disabled timestamp with time zone,
    CONSTRAINT webhook_has_kinds CHECK ((cardinality(kinds) > 0)),
    CONSTRAINT webhook_has_secrets CHECK (((cardinality(secrets) >= 1) AND (cardinality(secrets) <= 2))),
    CONSTRAINT webhook_url_is_web CHECK ((url ~ '^https?://'::text))
);

--
-- Name: webhook_id_seq; Type: SEQUENCE; Schema: notice; Owner: -
--

ALTER TABLE notice.webhook ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME notice.webhook_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: era; Type: TABLE; Schema: onus; Owner: -
--

CREATE TABLE onus.era (
    era integer NOT NULL,
    system_identifier bigint NOT NULL,
    began timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT era_positive CHECK ((era >= 1))
);

--
-- Name: migration; Type: TABLE; Schema: onus; Owner: -
--

CREATE TABLE onus.migration (
    version integer NOT NULL,
    name text NOT NULL,
    checksum text NOT NULL,
    breaking text,
    applied timestamp with time zone DEFAULT now() NOT NULL
);

--
-- Name: minimisation; Type: TABLE; Schema: onus; Owner: -
--

CREATE TABLE onus.minimisation (
    organization_id integer NOT NULL,
    source text NOT NULL,
    names text[] NOT NULL,
    CONSTRAINT minimisation_names_are_few CHECK ((cardinality(names) <= 1000)),
    CONSTRAINT minimisation_source_is_short CHECK (((char_length(source) >= 1) AND (char_length(source) <= 1024)))
);

--
-- Name: organization; Type: TABLE; Schema: onus; Owner: -
--

CREATE TABLE onus.organization (
    id integer NOT NULL,
    name text NOT NULL,
    created timestamp with time zone DEFAULT now() NOT NULL,
    scored_day date,
    hr_contact text,
    l_and_d_contact text,
    minimised_names text[] DEFAULT '{notes,transcript,sentiment,emotion}'::text[] NOT NULL,
    policy_version integer DEFAULT 1 NOT NULL,
    CONSTRAINT organization_name_is_short CHECK ((((char_length(name) >= 1) AND (char_length(name) <= 100)) AND (name !~ '[[:cntrl:]]'::text)))
);

--
-- Name: organization_id_seq; Type: SEQUENCE; Schema: onus; Owner: -
--

ALTER TABLE onus.organization ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME onus.organization_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: policy; Type: TABLE; Schema: onus; Owner: -
--

CREATE TABLE onus.policy (
    organization_id integer NOT NULL,
    version integer NOT NULL,
    valid_from date NOT NULL,
    body jsonb NOT NULL,
    created timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT policy_version_positive CHECK ((version >= 1))
);

--
-- Name: statement_mapping; Type: TABLE; Schema: onus; Owner: -
--

CREATE TABLE onus.statement_mapping (
    organization_id integer NOT NULL,
    document text NOT NULL,
    changed timestamp with time zone DEFAULT now() NOT NULL
);

--
-- Name: token; Type: TABLE; Schema: onus; Owner: -
--

CREATE TABLE onus.token (
    organization_id integer NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    hash bytea NOT NULL,
    created timestamp with time zone DEFAULT now() NOT NULL,
    expires timestamp with time zone,
    revoked timestamp with time zone,
    last_used timestamp with time zone,
    replaced timestamp with time zone,
    rate integer,
    CONSTRAINT token_hash_is_sha256 CHECK ((octet_length(hash) = 32)),
    CONSTRAINT token_name_is_short CHECK ((((char_length(name) >= 1) AND (char_length(name) <= 100)) AND (name !~ '[[:cntrl:]]'::text))),
    CONSTRAINT token_rate_sensible CHECK (((rate >= 1) AND (rate <= 1000000))),
    CONSTRAINT token_role_known CHECK ((role = ANY (ARRAY['admin'::text, 'integration'::text, 'scim'::text, 'lms'::text, 'auditor'::text])))
);

--
-- Name: account; Type: TABLE; Schema: scim; Owner: -
--

CREATE TABLE scim.account (
    organization_id integer NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    ordinal bigint NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created timestamp with time zone DEFAULT now() NOT NULL,
    modified timestamp with time zone DEFAULT now() NOT NULL,
    user_name_key uuid NOT NULL,
    person text NOT NULL,
    manager text,
    manager_account uuid,
    unit text,
    events integer DEFAULT 0 NOT NULL,
    last_event timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    document text NOT NULL
);

--
-- Name: account_ordinal_seq; Type: SEQUENCE; Schema: scim; Owner: -
--

ALTER TABLE scim.account ALTER COLUMN ordinal ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME scim.account_ordinal_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: address; Type: TABLE; Schema: scim; Owner: -
--

CREATE TABLE scim.address (
    organization_id integer NOT NULL,
    key uuid NOT NULL,
    account_id uuid NOT NULL
);

--
-- Name: unit; Type: TABLE; Schema: scim; Owner: -
--

CREATE TABLE scim.unit (
    organization_id integer NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    ordinal bigint NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created timestamp with time zone DEFAULT now() NOT NULL,
    modified timestamp with time zone DEFAULT now() NOT NULL,
    name text NOT NULL,
    name_key uuid NOT NULL,
    external_id text
);

--
-- Name: unit_member; Type: TABLE; Schema: scim; Owner: -
--

CREATE TABLE scim.unit_member (
    organization_id integer NOT NULL,
    unit_id uuid NOT NULL,
    account_id uuid NOT NULL
);

--
-- Name: unit_ordinal_seq; Type: SEQUENCE; Schema: scim; Owner: -
--

ALTER TABLE scim.unit ALTER COLUMN ordinal ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME scim.unit_ordinal_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: arrival; Type: TABLE; Schema: score; Owner: -
--

CREATE TABLE score.arrival (
    organization_id integer NOT NULL,
    identity uuid NOT NULL
);

--
-- Name: contribution; Type: TABLE; Schema: score; Owner: -
--

CREATE TABLE score.contribution (
    organization_id integer NOT NULL,
    unit text NOT NULL COLLATE pg_catalog."C",
    scope text NOT NULL,
    subject text NOT NULL COLLATE pg_catalog."C",
    body bytea NOT NULL,
    CONSTRAINT contribution_scope_check CHECK ((scope = ANY (ARRAY['manager'::text, 'programme'::text])))
)
WITH (fillfactor='80');

--
-- Name: current; Type: TABLE; Schema: score; Owner: -
--

CREATE TABLE score.current (
    organization_id integer NOT NULL,
    manager text NOT NULL COLLATE pg_catalog."C",
    day date NOT NULL,
    level double precision NOT NULL,
    score double precision,
    low double precision,
    high double precision,
    status text NOT NULL,
    measures jsonb NOT NULL,
    policy_version integer NOT NULL,
    computed timestamp with time zone NOT NULL,
    turn_status text,
    CONSTRAINT current_status_check CHECK ((status = ANY (ARRAY['insufficient'::text, 'owning'::text, 'mixed'::text, 'outsourced'::text])))
)
WITH (fillfactor='50');

--
-- Name: deadline; Type: TABLE; Schema: score; Owner: -
--

CREATE TABLE score.deadline (
    organization_id integer NOT NULL,
    unit text NOT NULL COLLATE pg_catalog."C",
    key uuid NOT NULL,
    measure text NOT NULL,
    day date NOT NULL,
    manager text NOT NULL COLLATE pg_catalog."C",
    gap text NOT NULL COLLATE pg_catalog."C"
);

--
-- Name: mark; Type: TABLE; Schema: score; Owner: -
--

CREATE TABLE score.mark (
    organization_id integer NOT NULL,
    unit text NOT NULL COLLATE pg_catalog."C"
);

--
-- Name: parked; Type: TABLE; Schema: score; Owner: -
--

CREATE TABLE score.parked (
    organization_id integer NOT NULL,
    identity uuid NOT NULL,
    source text NOT NULL COLLATE pg_catalog."C",
    id text NOT NULL COLLATE pg_catalog."C",
    parked timestamp with time zone DEFAULT now() NOT NULL,
    error text NOT NULL
);

--
-- Name: programme_current; Type: TABLE; Schema: score; Owner: -
--

CREATE TABLE score.programme_current (
    organization_id integer NOT NULL,
    programme text NOT NULL COLLATE pg_catalog."C",
    day date NOT NULL,
    delivered integer NOT NULL,
    changed integer NOT NULL,
    status text NOT NULL,
    measures jsonb NOT NULL,
    policy_version integer NOT NULL,
    computed timestamp with time zone NOT NULL,
    turn_status text,
    CONSTRAINT programme_current_status_check CHECK ((status = ANY (ARRAY['linked'::text, 'unlinked'::text])))
)
WITH (fillfactor='50');

--
-- Name: programme_published; Type: TABLE; Schema: score; Owner: -
--

CREATE TABLE score.programme_published (
    organization_id integer NOT NULL,
    programme text NOT NULL COLLATE pg_catalog."C",
    day date NOT NULL,
    computed timestamp with time zone NOT NULL,
    delivered integer,
    changed integer,
    status text,
    measures jsonb NOT NULL,
    policy_version integer NOT NULL,
    CONSTRAINT programme_published_status_check CHECK ((status = ANY (ARRAY['linked'::text, 'unlinked'::text])))
);

--
-- Name: published; Type: TABLE; Schema: score; Owner: -
--

CREATE TABLE score.published (
    organization_id integer NOT NULL,
    manager text NOT NULL COLLATE pg_catalog."C",
    day date NOT NULL,
    computed timestamp with time zone NOT NULL,
    level double precision,
    score double precision,
    low double precision,
    high double precision,
    status text,
    measures jsonb NOT NULL,
    policy_version integer NOT NULL,
    CONSTRAINT published_status_check CHECK ((status = ANY (ARRAY['insufficient'::text, 'owning'::text, 'mixed'::text, 'outsourced'::text])))
);

--
-- Name: tally; Type: TABLE; Schema: score; Owner: -
--

CREATE TABLE score.tally (
    organization_id integer NOT NULL,
    scope text NOT NULL,
    subject text NOT NULL COLLATE pg_catalog."C",
    body bytea NOT NULL,
    CONSTRAINT tally_scope_check CHECK ((scope = ANY (ARRAY['manager'::text, 'programme'::text])))
)
WITH (fillfactor='60');

--
-- Name: turn; Type: TABLE; Schema: score; Owner: -
--

CREATE TABLE score.turn (
    organization_id integer NOT NULL,
    day date NOT NULL,
    scored_from date,
    announced_from date NOT NULL,
    phase text NOT NULL,
    reached text COLLATE pg_catalog."C",
    policy_version integer,
    CONSTRAINT turn_phase_check CHECK ((phase = ANY (ARRAY['units'::text, 'scores'::text])))
);

--
-- Name: writer; Type: TABLE; Schema: score; Owner: -
--

CREATE TABLE score.writer (
    organization_id integer NOT NULL,
    worker uuid NOT NULL
);

--
-- Name: event_default; Type: TABLE ATTACH; Schema: log; Owner: -
--

ALTER TABLE ONLY log.event ATTACH PARTITION log.event_default DEFAULT;

--
-- Name: access access_pkey; Type: CONSTRAINT; Schema: audit; Owner: -
--

ALTER TABLE ONLY audit.access
    ADD CONSTRAINT access_pkey PRIMARY KEY (organization_id, person, id);

--
-- Name: event event_pkey; Type: CONSTRAINT; Schema: facts; Owner: -
--

ALTER TABLE ONLY facts.event
    ADD CONSTRAINT event_pkey PRIMARY KEY (organization_id, identity);

--
-- Name: hook hook_name_unique; Type: CONSTRAINT; Schema: hook; Owner: -
--

ALTER TABLE ONLY hook.hook
    ADD CONSTRAINT hook_name_unique UNIQUE (name);

--
-- Name: hook hook_pkey; Type: CONSTRAINT; Schema: hook; Owner: -
--

ALTER TABLE ONLY hook.hook
    ADD CONSTRAINT hook_pkey PRIMARY KEY (organization_id, name);

--
-- Name: poll poll_pkey; Type: CONSTRAINT; Schema: hook; Owner: -
--

ALTER TABLE ONLY hook.poll
    ADD CONSTRAINT poll_pkey PRIMARY KEY (organization_id, name);

--
-- Name: state state_pkey; Type: CONSTRAINT; Schema: hook; Owner: -
--

ALTER TABLE ONLY hook.state
    ADD CONSTRAINT state_pkey PRIMARY KEY (organization_id, name, subject);

--
-- Name: learning learning_pkey; Type: CONSTRAINT; Schema: learner; Owner: -
--

ALTER TABLE ONLY learner.learning
    ADD CONSTRAINT learning_pkey PRIMARY KEY (organization_id, person, identity);

--
-- Name: statement statement_pkey; Type: CONSTRAINT; Schema: learner; Owner: -
--

ALTER TABLE ONLY learner.statement
    ADD CONSTRAINT statement_pkey PRIMARY KEY (organization_id, bringer, id);

--
-- Name: ack_0 ack_0_pkey; Type: CONSTRAINT; Schema: log; Owner: -
--

ALTER TABLE ONLY log.ack_0
    ADD CONSTRAINT ack_0_pkey PRIMARY KEY (consumer, shard, n);

--
-- Name: ack_1 ack_1_pkey; Type: CONSTRAINT; Schema: log; Owner: -
--

ALTER TABLE ONLY log.ack_1
    ADD CONSTRAINT ack_1_pkey PRIMARY KEY (consumer, shard, n);

--
-- Name: archive archive_pkey; Type: CONSTRAINT; Schema: log; Owner: -
--

ALTER TABLE ONLY log.archive
    ADD CONSTRAINT archive_pkey PRIMARY KEY (organization_id, recorded, seq);

--
-- Name: event event_pkey; Type: CONSTRAINT; Schema: log; Owner: -
--

ALTER TABLE ONLY log.event
    ADD CONSTRAINT event_pkey PRIMARY KEY (organization_id, recorded, seq);

--
-- Name: event_default event_default_pkey; Type: CONSTRAINT; Schema: log; Owner: -
--

ALTER TABLE ONLY log.event_default
    ADD CONSTRAINT event_default_pkey PRIMARY KEY (organization_id, recorded, seq);

--
-- Name: identity identity_pkey; Type: CONSTRAINT; Schema: log; Owner: -
--

ALTER TABLE ONLY log.identity
    ADD CONSTRAINT identity_pkey PRIMARY KEY (organization_id, identity);

--
-- Name: quarantine quarantine_pkey; Type: CONSTRAINT; Schema: log; Owner: -
--

ALTER TABLE ONLY log.quarantine
    ADD CONSTRAINT quarantine_pkey PRIMARY KEY (organization_id, id);

--
-- Name: quarantine quarantine_problem_unique; Type: CONSTRAINT; Schema: log; Owner: -
--

ALTER TABLE ONLY log.quarantine
    ADD CONSTRAINT quarantine_problem_unique UNIQUE (organization_id, body_hash, pointer);

--
-- Name: settled settled_pkey; Type: CONSTRAINT; Schema: log; Owner: -
--

ALTER TABLE ONLY log.settled
    ADD CONSTRAINT settled_pkey PRIMARY KEY (before);

--
-- Name: tier tier_pkey; Type: CONSTRAINT; Schema: log; Owner: -
--

ALTER TABLE ONLY log.tier
    ADD CONSTRAINT tier_pkey PRIMARY KEY (name);

--
-- Name: delivery delivery_pkey; Type: CONSTRAINT; Schema: notice; Owner: -
--

ALTER TABLE ONLY notice.delivery
    ADD CONSTRAINT delivery_pkey PRIMARY KEY (organization_id, id);

--
-- Name: mute mute_pkey; Type: CONSTRAINT; Schema: notice; Owner: -
--

ALTER TABLE ONLY notice.mute
    ADD CONSTRAINT mute_pkey PRIMARY KEY (organization_id, person, kind);

--
-- Name: notice notice_digest_key; Type: CONSTRAINT; Schema: notice; Owner: -
--

ALTER TABLE ONLY notice.notice
    ADD CONSTRAINT notice_digest_key UNIQUE (organization_id, digest);

--
-- Name: notice notice_pkey; Type: CONSTRAINT; Schema: notice; Owner: -
--

ALTER TABLE ONLY notice.notice
    ADD CONSTRAINT notice_pkey PRIMARY KEY (organization_id, id);

--
-- Name: pending pending_pkey; Type: CONSTRAINT; Schema: notice; Owner: -
--

ALTER TABLE ONLY notice.pending
    ADD CONSTRAINT pending_pkey PRIMARY KEY (organization_id, notice_id);

--
-- Name: preference preference_pkey; Type: CONSTRAINT; Schema: notice; Owner: -
--

ALTER TABLE ONLY notice.preference
    ADD CONSTRAINT preference_pkey PRIMARY KEY (organization_id, person);

--
-- Name: reading reading_pkey; Type: CONSTRAINT; Schema: notice; Owner: -
--

ALTER TABLE ONLY notice.reading
    ADD CONSTRAINT reading_pkey PRIMARY KEY (organization_id, person, notice_id);

--
-- Name: unsubscribe_key unsubscribe_key_pkey; Type: CONSTRAINT; Schema: notice; Owner: -
--

ALTER TABLE ONLY notice.unsubscribe_key
    ADD CONSTRAINT unsubscribe_key_pkey PRIMARY KEY (organization_id);

--
-- Name: webhook webhook_pkey; Type: CONSTRAINT; Schema: notice; Owner: -
--

ALTER TABLE ONLY notice.webhook
    ADD CONSTRAINT webhook_pkey PRIMARY KEY (organization_id, id);

--
-- Name: era era_pkey; Type: CONSTRAINT; Schema: onus; Owner: -
--

ALTER TABLE ONLY onus.era
    ADD CONSTRAINT era_pkey PRIMARY KEY (era);

--
-- Name: migration migration_pkey; Type: CONSTRAINT; Schema: onus; Owner: -
--

ALTER TABLE ONLY onus.migration
    ADD CONSTRAINT migration_pkey PRIMARY KEY (version);

--
-- Name: minimisation minimisation_pkey; Type: CONSTRAINT; Schema: onus; Owner: -
--

ALTER TABLE ONLY onus.minimisation
    ADD CONSTRAINT minimisation_pkey PRIMARY KEY (organization_id, source);

--
-- Name: organization organization_name_unique; Type: CONSTRAINT; Schema: onus; Owner: -
--

ALTER TABLE ONLY onus.organization
    ADD CONSTRAINT organization_name_unique UNIQUE (name);

--
-- Name: organization organization_pkey; Type: CONSTRAINT; Schema: onus; Owner: -
--

ALTER TABLE ONLY onus.organization
    ADD CONSTRAINT organization_pkey PRIMARY KEY (id);

--
-- Name: policy policy_pkey; Type: CONSTRAINT; Schema: onus; Owner: -
--

ALTER TABLE ONLY onus.policy
    ADD CONSTRAINT policy_pkey PRIMARY KEY (organization_id, version);

--
-- Name: statement_mapping statement_mapping_pkey; Type: CONSTRAINT; Schema: onus; Owner: -
--

ALTER TABLE ONLY onus.statement_mapping
    ADD CONSTRAINT statement_mapping_pkey PRIMARY KEY (organization_id);

--
-- Name: token token_hash_unique; Type: CONSTRAINT; Schema: onus; Owner: -
--

ALTER TABLE ONLY onus.token
    ADD CONSTRAINT token_hash_unique UNIQUE (hash);

--
-- Name: token token_pkey; Type: CONSTRAINT; Schema: onus; Owner: -
--

ALTER TABLE ONLY onus.token
    ADD CONSTRAINT token_pkey PRIMARY KEY (organization_id, id);

--
-- Name: account account_person_unique; Type: CONSTRAINT; Schema: scim; Owner: -
--

ALTER TABLE ONLY scim.account
    ADD CONSTRAINT account_person_unique UNIQUE (organization_id, person);

--
-- Name: account account_pkey; Type: CONSTRAINT; Schema: scim; Owner: -
--

ALTER TABLE ONLY scim.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (organization_id, id);

--
-- Name: account account_user_name_unique; Type: CONSTRAINT; Schema: scim; Owner: -
--

ALTER TABLE ONLY scim.account
    ADD CONSTRAINT account_user_name_unique UNIQUE (organization_id, user_name_key);

--
-- Name: address address_pkey; Type: CONSTRAINT; Schema: scim; Owner: -
--

ALTER TABLE ONLY scim.address
    ADD CONSTRAINT address_pkey PRIMARY KEY (organization_id, key, account_id);

--
-- Name: unit_member unit_member_pkey; Type: CONSTRAINT; Schema: scim; Owner: -
--

ALTER TABLE ONLY scim.unit_member
    ADD CONSTRAINT unit_member_pkey PRIMARY KEY (organization_id, unit_id, account_id);

--
-- Name: unit unit_name_unique; Type: CONSTRAINT; Schema: scim; Owner: -
--

ALTER TABLE ONLY scim.unit
    ADD CONSTRAINT unit_name_unique UNIQUE (organization_id, name_key);

--
-- Name: unit unit_pkey; Type: CONSTRAINT; Schema: scim; Owner: -
--

ALTER TABLE ONLY scim.unit
    ADD CONSTRAINT unit_pkey PRIMARY KEY (organization_id, id);

--
-- Name: arrival arrival_pkey; Type: CONSTRAINT; Schema: score; Owner: -
--

ALTER TABLE ONLY score.arrival
    ADD CONSTRAINT arrival_pkey PRIMARY KEY (organization_id, identity);

--
-- Name: contribution contribution_pkey; Type: CONSTRAINT; Schema: score; Owner: -
--

ALTER TABLE ONLY score.contribution
    ADD CONSTRAINT contribution_pkey PRIMARY KEY (organization_id, unit, scope, subject);

--
-- Name: current current_pkey; Type: CONSTRAINT; Schema: score; Owner: -
--

ALTER TABLE ONLY score.current
    ADD CONSTRAINT current_pkey PRIMARY KEY (organization_id, manager);

--
-- Name: deadline deadline_pkey; Type: CONSTRAINT; Schema: score; Owner: -
--

ALTER TABLE ONLY score.deadline
    ADD CONSTRAINT deadline_pkey PRIMARY KEY (organization_id, unit, key);

--
-- Name: mark mark_pkey; Type: CONSTRAINT; Schema: score; Owner: -
--

ALTER TABLE ONLY score.mark
    ADD CONSTRAINT mark_pkey PRIMARY KEY (organization_id, unit);

--
-- Name: parked parked_pkey; Type: CONSTRAINT; Schema: score; Owner: -
--

ALTER TABLE ONLY score.parked
    ADD CONSTRAINT parked_pkey PRIMARY KEY (organization_id, identity);

--
-- Name: programme_current programme_current_pkey; Type: CONSTRAINT; Schema: score; Owner: -
--

ALTER TABLE ONLY score.programme_current
    ADD CONSTRAINT programme_current_pkey PRIMARY KEY (organization_id, programme);

--
-- Name: programme_published programme_published_pkey; Type: CONSTRAINT; Schema: score; Owner: -
--

ALTER TABLE ONLY score.programme_published
    ADD CONSTRAINT programme_published_pkey PRIMARY KEY (organization_id, programme, day, computed);

--
-- Name: published published_pkey; Type: CONSTRAINT; Schema: score; Owner: -
--

ALTER TABLE ONLY score.published
    ADD CONSTRAINT published_pkey PRIMARY KEY (organization_id, manager, day, computed);

--
-- Name: tally tally_pkey; Type: CONSTRAINT; Schema: score; Owner: -
--

ALTER TABLE ONLY score.tally
    ADD CONSTRAINT tally_pkey PRIMARY KEY (organization_id, scope, subject);

--
-- Name: turn turn_pkey; Type: CONSTRAINT; Schema: score; Owner: -
--

ALTER TABLE ONLY score.turn
    ADD CONSTRAINT turn_pkey PRIMARY KEY (organization_id);

--
-- Name: writer writer_pkey; Type: CONSTRAINT; Schema: score; Owner: -
--

ALTER TABLE ONLY score.writer
    ADD CONSTRAINT writer_pkey PRIMARY KEY (organization_id);

--
-- Name: access_daily_idx; Type: INDEX; Schema: audit; Owner: -
--

CREATE UNIQUE INDEX access_daily_idx ON audit.access USING btree (organization_id, person, viewer, viewer_role, what, day) WHERE (day IS NOT NULL);

--
-- Name: event_apart_idx; Type: INDEX; Schema: facts; Owner: -
--

CREATE INDEX event_apart_idx ON facts.event USING btree (organization_id) WHERE (((packed IS NULL) AND (type <> 2)) OR ((type = 5) AND (unit IS NULL)));

--
-- Name: event_gap_idx; Type: INDEX; Schema: facts; Owner: -
--

CREATE INDEX event_gap_idx ON facts.event USING btree (organization_id, gap) WHERE (gap IS NOT NULL);

--
-- Name: event_identified_idx; Type: INDEX; Schema: facts; Owner: -
--

CREATE INDEX event_identified_idx ON facts.event USING btree (organization_id, day) WHERE (type = 5);

--
-- Name: event_person_idx; Type: INDEX; Schema: facts; Owner: -
--

CREATE INDEX event_person_idx ON facts.event USING btree (organization_id, person) WHERE (person IS NOT NULL);

--
-- Name: event_requester_idx; Type: INDEX; Schema: facts; Owner: -
--

CREATE INDEX event_requester_idx ON facts.event USING btree (organization_id, actor) WHERE (type = 13);

--
-- Name: event_shared_idx; Type: INDEX; Schema: facts; Owner: -
--

CREATE INDEX event_shared_idx ON facts.event USING btree (organization_id, type) INCLUDE (packed) WHERE ((type <= 3) OR (target IS NOT NULL));

--
-- Name: event_target_idx; Type: INDEX; Schema: facts; Owner: -
--

CREATE INDEX event_target_idx ON facts.event USING btree (organization_id, target) WHERE (target IS NOT NULL);

--
-- Name: event_unit_idx; Type: INDEX; Schema: facts; Owner: -
--

CREATE INDEX event_unit_idx ON facts.event USING btree (organization_id, unit) INCLUDE (packed) WHERE (unit IS NOT NULL);

--
-- Name: poll_due_idx; Type: INDEX; Schema: hook; Owner: -
--

CREATE INDEX poll_due_idx ON hook.poll USING btree (due);

--
-- Name: statement_identity_idx; Type: INDEX; Schema: learner; Owner: -
--

CREATE INDEX statement_identity_idx ON learner.statement USING btree (organization_id, identity) WHERE (identity IS NOT NULL);

--
-- Name: statement_keys_idx; Type: INDEX; Schema: learner; Owner: -
--

CREATE INDEX statement_keys_idx ON learner.statement USING gin (keys);

--
-- Name: statement_list_idx; Type: INDEX; Schema: learner; Owner: -
--

CREATE INDEX statement_list_idx ON learner.statement USING btree (organization_id, bringer, stored, seq);

--
-- Name: statement_refers_idx; Type: INDEX; Schema: learner; Owner: -
--

CREATE INDEX statement_refers_idx ON learner.statement USING btree (organization_id, bringer, refers) WHERE (refers IS NOT NULL);

--
-- Name: statement_voids_idx; Type: INDEX; Schema: learner; Owner: -
--

CREATE INDEX statement_voids_idx ON learner.statement USING btree (organization_id, bringer, voids) WHERE (voids IS NOT NULL);

--
-- Name: archive_snapshot_idx; Type: INDEX; Schema: log; Owner: -
--

CREATE INDEX archive_snapshot_idx ON ONLY log.archive USING btree (organization_id, type, source) WHERE (type = ANY (ARRAY[1, 16]));

--
-- Name: event_tail_idx; Type: INDEX; Schema: log; Owner: -
--

CREATE INDEX event_tail_idx ON ONLY log.event USING btree (era, xid, seq);

--
-- Name: event_default_era_xid_seq_idx; Type: INDEX; Schema: log; Owner: -
--

CREATE INDEX event_default_era_xid_seq_idx ON log.event_default USING btree (era, xid, seq);

--
-- Name: event_snapshot_idx; Type: INDEX; Schema: log; Owner: -
--

CREATE INDEX event_snapshot_idx ON ONLY log.event USING btree (organization_id, type, source) WHERE (type = ANY (ARRAY[1, 16]));

--
-- Name: event_default_organization_id_type_source_idx; Type: INDEX; Schema: log; Owner: -
--

CREATE INDEX event_default_organization_id_type_source_idx ON log.event_default USING btree (organization_id, type, source) WHERE (type = ANY (ARRAY[1, 16]));

--
-- Name: quarantine_approved_idx; Type: INDEX; Schema: log; Owner: -
--

CREATE INDEX quarantine_approved_idx ON log.quarantine USING btree (organization_id, id) WHERE (state = 'approved'::text);

--
-- Name: quarantine_held_idx; Type: INDEX; Schema: log; Owner: -
--

CREATE INDEX quarantine_held_idx ON log.quarantine USING btree (organization_id, id) WHERE (state = 'held'::text);

--
-- Name: tier_open_unique; Type: INDEX; Schema: log; Owner: -
--

CREATE UNIQUE INDEX tier_open_unique ON log.tier USING btree ((true)) WHERE (closed IS NULL);

--
-- Name: delivery_allowance_idx; Type: INDEX; Schema: notice; Owner: -
--

CREATE INDEX delivery_allowance_idx ON notice.delivery USING btree (organization_id, recipient, day) WHERE (channel = 'email'::text);

--
-- Name: delivery_digest_idx; Type: INDEX; Schema: notice; Owner: -
--

CREATE INDEX delivery_digest_idx ON notice.delivery USING btree (organization_id, digest_id) WHERE (digest_id IS NOT NULL);

--
-- Name: delivery_due_idx; Type: INDEX; Schema: notice; Owner: -
--

CREATE INDEX delivery_due_idx ON notice.delivery USING btree (organization_id, due, id) WHERE (state = 'pending'::text);

--
-- Name: delivery_held_idx; Type: INDEX; Schema: notice; Owner: -
--

CREATE INDEX delivery_held_idx ON notice.delivery USING btree (organization_id, due, recipient) WHERE (state = 'held'::text);

--
-- Name: delivery_inbox_idx; Type: INDEX; Schema: notice; Owner: -
--

CREATE INDEX delivery_inbox_idx ON notice.delivery USING btree (organization_id, recipient, id DESC) WHERE (channel = 'inbox'::text);

--
-- Name: delivery_once_idx; Type: INDEX; Schema: notice; Owner: -
--

CREATE UNIQUE INDEX delivery_once_idx ON notice.delivery USING btree (organization_id, notice_id, channel, COALESCE(webhook_id, (0)::bigint)) WHERE (notice_id IS NOT NULL);

--
-- Name: delivery_parked_idx; Type: INDEX; Schema: notice; Owner: -
--

CREATE INDEX delivery_parked_idx ON notice.delivery USING btree (organization_id, id) WHERE (state = 'parked'::text);

--
-- Name: notice_recipient_idx; Type: INDEX; Schema: notice; Owner: -
--

CREATE INDEX notice_recipient_idx ON notice.notice USING btree (organization_id, recipient, id DESC);

--
-- Name: account_list_idx; Type: INDEX; Schema: scim; Owner: -
--

CREATE INDEX account_list_idx ON scim.account USING btree (organization_id, ordinal);

--
-- Name: account_manager_idx; Type: INDEX; Schema: scim; Owner: -
--

CREATE INDEX account_manager_idx ON scim.account USING btree (organization_id, manager_account) WHERE (manager_account IS NOT NULL);

--
-- Name: address_account_idx; Type: INDEX; Schema: scim; Owner: -
--

CREATE INDEX address_account_idx ON scim.address USING btree (organization_id, account_id);

--
-- Name: unit_external_id_idx; Type: INDEX; Schema: scim; Owner: -
--

CREATE INDEX unit_external_id_idx ON scim.unit USING btree (organization_id, external_id) WHERE (external_id IS NOT NULL);

--
-- Name: unit_list_idx; Type: INDEX; Schema: scim; Owner: -
--

CREATE INDEX unit_list_idx ON scim.unit USING btree (organization_id, ordinal);

--
-- Name: unit_member_account_idx; Type: INDEX; Schema: scim; Owner: -
--

CREATE INDEX unit_member_account_idx ON scim.unit_member USING btree (organization_id, account_id);

--
-- Name: contribution_subject_idx; Type: INDEX; Schema: score; Owner: -
--

CREATE INDEX contribution_subject_idx ON score.contribution USING btree (organization_id, scope, subject);

--
-- Name: event_default_era_xid_seq_idx; Type: INDEX ATTACH; Schema: log; Owner: -
--

ALTER INDEX log.event_tail_idx ATTACH PARTITION log.event_default_era_xid_seq_idx;

--
-- Name: event_default_organization_id_type_source_idx; Type: INDEX ATTACH; Schema: log; Owner: -
--

ALTER INDEX log.event_snapshot_idx ATTACH PARTITION log.event_default_organization_id_type_source_idx;

--
-- Name: event_default_pkey; Type: INDEX ATTACH; Schema: log; Owner: -
--

ALTER INDEX log.event_pkey ATTACH PARTITION log.event_default_pkey;

--
-- Name: access access_is_append_only; Type: TRIGGER; Schema: audit; Owner: -
--

CREATE TRIGGER access_is_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON audit.access FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();

--
-- Name: learning statement_goes_with_learning; Type: TRIGGER; Schema: learner; Owner: -
--

CREATE TRIGGER statement_goes_with_learning AFTER DELETE ON learner.learning FOR EACH ROW EXECUTE FUNCTION learner.forget_statement();

--
-- Name: event_default month_is_settled; Type: TRIGGER; Schema: log; Owner: -
--

CREATE TRIGGER month_is_settled BEFORE INSERT OR UPDATE OF recorded, era, xid ON log.event_default FOR EACH ROW EXECUTE FUNCTION log.unsettle();

--
-- Name: organization organization_scored_day_moves_forward; Type: TRIGGER; Schema: onus; Owner: -
--

CREATE TRIGGER organization_scored_day_moves_forward BEFORE UPDATE OF scored_day ON onus.organization FOR EACH ROW EXECUTE FUNCTION onus.keep_scored_day_forward();

--
-- Name: hook hook_organization_id_fkey; Type: FK CONSTRAINT; Schema: hook; Owner: -
--

ALTER TABLE ONLY hook.hook
    ADD CONSTRAINT hook_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES onus.organization(id);

--
-- Name: poll poll_hook_known; Type: FK CONSTRAINT; Schema: hook; Owner: -
--

ALTER TABLE ONLY hook.poll
    ADD CONSTRAINT poll_hook_known FOREIGN KEY (organization_id, name) REFERENCES hook.hook(organization_id, name) ON DELETE CASCADE;

--
-- Name: state state_hook_known; Type: FK CONSTRAINT; Schema: hook; Owner: -
--

ALTER TABLE ONLY hook.state
    ADD CONSTRAINT state_hook_known FOREIGN KEY (organization_id, name) REFERENCES hook.hook(organization_id, name) ON DELETE CASCADE;

--
-- Name: delivery delivery_organization_id_fkey; Type: FK CONSTRAINT; Schema: notice; Owner: -
--

ALTER TABLE ONLY notice.delivery
    ADD CONSTRAINT delivery_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES onus.organization(id);

--
-- Name: mute mute_organization_id_fkey; Type: FK CONSTRAINT; Schema: notice; Owner: -
--

ALTER TABLE ONLY notice.mute
    ADD CONSTRAINT mute_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES onus.organization(id);

--
-- Name: preference preference_organization_id_fkey; Type: FK CONSTRAINT; Schema: notice; Owner: -
--

ALTER TABLE ONLY notice.preference
    ADD CONSTRAINT preference_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES onus.organization(id);

--
-- Name: reading reading_organization_id_fkey; Type: FK CONSTRAINT; Schema: notice; Owner: -
--

ALTER TABLE ONLY notice.reading
    ADD CONSTRAINT reading_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES onus.organization(id);

--
-- Name: unsubscribe_key unsubscribe_key_organization_id_fkey; Type: FK CONSTRAINT; Schema: notice; Owner: -
--

ALTER TABLE ONLY notice.unsubscribe_key
    ADD CONSTRAINT unsubscribe_key_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES onus.organization(id);

--
-- Name: webhook webhook_organization_id_fkey; Type: FK CONSTRAINT; Schema: notice; Owner: -
--

ALTER TABLE ONLY notice.webhook
    ADD CONSTRAINT webhook_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES onus.organization(id);

--
-- Name: minimisation minimisation_organization_known; Type: FK CONSTRAINT; Schema: onus; Owner: -
--

ALTER TABLE ONLY onus.minimisation
    ADD CONSTRAINT minimisation_organization_known FOREIGN KEY (organization_id) REFERENCES onus.organization(id);

--
-- Name: policy policy_organization_known; Type: FK CONSTRAINT; Schema: onus; Owner: -
--

ALTER TABLE ONLY onus.policy
    ADD CONSTRAINT policy_organization_known FOREIGN KEY (organization_id) REFERENCES onus.organization(id);

--
-- Name: statement_mapping statement_mapping_organization_known; Type: FK CONSTRAINT; Schema: onus; Owner: -
--

ALTER TABLE ONLY onus.statement_mapping
    ADD CONSTRAINT statement_mapping_organization_known FOREIGN KEY (organization_id) REFERENCES onus.organization(id);

--
-- Name: token token_organization_known; Type: FK CONSTRAINT; Schema: onus; Owner: -
--

ALTER TABLE ONLY onus.token
    ADD CONSTRAINT token_organization_known FOREIGN KEY (organization_id) REFERENCES onus.organization(id);

--
-- Name: account account_organization_known; Type: FK CONSTRAINT; Schema: scim; Owner: -
--

ALTER TABLE ONLY scim.account
    ADD CONSTRAINT account_organization_known FOREIGN KEY (organization_id) REFERENCES onus.organization(id);

--
-- Name: address address_account_known; Type: FK CONSTRAINT; Schema: scim; Owner: -
--

ALTER TABLE ONLY scim.address
    ADD CONSTRAINT address_account_known FOREIGN KEY (organization_id, account_id) REFERENCES scim.account(organization_id, id) ON DELETE CASCADE;

--
-- Name: unit_member unit_member_account_known; Type: FK CONSTRAINT; Schema: scim; Owner: -
--

ALTER TABLE ONLY scim.unit_member
    ADD CONSTRAINT unit_member_account_known FOREIGN KEY (organization_id, account_id) REFERENCES scim.account(organization_id, id) ON DELETE CASCADE;

--
-- Name: unit_member unit_member_unit_known; Type: FK CONSTRAINT; Schema: scim; Owner: -
--

ALTER TABLE ONLY scim.unit_member
    ADD CONSTRAINT unit_member_unit_known FOREIGN KEY (organization_id, unit_id) REFERENCES scim.unit(organization_id, id) ON DELETE CASCADE;

--
-- Name: unit unit_organization_known; Type: FK CONSTRAINT; Schema: scim; Owner: -
--

ALTER TABLE ONLY scim.unit
    ADD CONSTRAINT unit_organization_known FOREIGN KEY (organization_id) REFERENCES onus.organization(id);

--
-- Name: access; Type: ROW SECURITY; Schema: audit; Owner: -
--

ALTER TABLE audit.access ENABLE ROW LEVEL SECURITY;

--
-- Name: access noted; Type: POLICY; Schema: audit; Owner: -
--

CREATE POLICY noted ON audit.access FOR INSERT TO onus_ingestion, onus_console WITH CHECK ((organization_id = onus.current_organization()));

--
-- Name: access read_by_the_person; Type: POLICY; Schema: audit; Owner: -
--

CREATE POLICY read_by_the_person ON audit.access FOR SELECT TO onus_console USING (((organization_id = onus.current_organization()) AND (person = onus.current_person())));

--
-- Name: event; Type: ROW SECURITY; Schema: facts; Owner: -
--

ALTER TABLE facts.event ENABLE ROW LEVEL SECURITY;

--
-- Name: event event_organization; Type: POLICY; Schema: facts; Owner: -
--

CREATE POLICY event_organization ON facts.event USING ((organization_id = onus.current_organization()));

--
-- Name: hook every_hook; Type: POLICY; Schema: hook; Owner: -
--

CREATE POLICY every_hook ON hook.hook FOR SELECT TO onus_ingestion USING (true);

--
-- Name: poll every_poll; Type: POLICY; Schema: hook; Owner: -
--

CREATE POLICY every_poll ON hook.poll TO onus_ingestion USING (true);

--
-- Name: hook; Type: ROW SECURITY; Schema: hook; Owner: -
--

ALTER TABLE hook.hook ENABLE ROW LEVEL SECURITY;

--
-- Name: hook own_hooks; Type: POLICY; Schema: hook; Owner: -
--

CREATE POLICY own_hooks ON hook.hook USING ((organization_id = onus.current_organization()));

--
-- Name: poll own_polls; Type: POLICY; Schema: hook; Owner: -
--

CREATE POLICY own_polls ON hook.poll USING ((organization_id = onus.current_organization()));

--
-- Name: state own_states; Type: POLICY; Schema: hook; Owner: -
--

CREATE POLICY own_states ON hook.state USING ((organization_id = onus.current_organization()));

--
-- Name: poll; Type: ROW SECURITY; Schema: hook; Owner: -
--

ALTER TABLE hook.poll ENABLE ROW LEVEL SECURITY;

--
-- Name: state; Type: ROW SECURITY; Schema: hook; Owner: -
--

ALTER TABLE hook.state ENABLE ROW LEVEL SECURITY;

--
-- Name: learning arrives; Type: POLICY; Schema: learner; Owner: -
--

CREATE POLICY arrives ON learner.learning FOR INSERT TO onus_ingestion WITH CHECK ((organization_id = onus.current_organization()));

--
-- Name: learning; Type: ROW SECURITY; Schema: learner; Owner: -
--

ALTER TABLE learner.learning ENABLE ROW LEVEL SECURITY;

--
-- Name: statement own_statements; Type: POLICY; Schema: learner; Owner: -
--

CREATE POLICY own_statements ON learner.statement USING ((organization_id = onus.current_organization()));

--
-- Name: learning read_by_the_learner; Type: POLICY; Schema: learner; Owner: -
--

CREATE POLICY read_by_the_learner ON learner.learning FOR SELECT TO onus_console USING (((organization_id = onus.current_organization()) AND (person = onus.current_person())));

--
-- Name: learning removed_by_the_learner; Type: POLICY; Schema: learner; Owner: -
--

CREATE POLICY removed_by_the_learner ON learner.learning FOR DELETE TO onus_console USING (((organization_id = onus.current_organization()) AND (person = onus.current_person())));

--
-- Name: statement; Type: ROW SECURITY; Schema: learner; Owner: -
--

ALTER TABLE learner.statement ENABLE ROW LEVEL SECURITY;

--
-- Name: archive; Type: ROW SECURITY; Schema: log; Owner: -
--

ALTER TABLE log.archive ENABLE ROW LEVEL SECURITY;

--
-- Name: event; Type: ROW SECURITY; Schema: log; Owner: -
--

ALTER TABLE log.event ENABLE ROW LEVEL SECURITY;

--
-- Name: event every_event; Type: POLICY; Schema: log; Owner: -
--

CREATE POLICY every_event ON log.event FOR SELECT TO onus_scoring USING (true);

--
-- Name: identity; Type: ROW SECURITY; Schema: log; Owner: -
--

ALTER TABLE log.identity ENABLE ROW LEVEL SECURITY;

--
-- Name: archive own_archive; Type: POLICY; Schema: log; Owner: -
--

CREATE POLICY own_archive ON log.archive USING ((organization_id = onus.current_organization())) WITH CHECK ((organization_id = onus.current_organization()));

--
-- Name: event own_events; Type: POLICY; Schema: log; Owner: -
--

CREATE POLICY own_events ON log.event USING ((organization_id = ( SELECT onus.current_organization() AS current_organization))) WITH CHECK ((organization_id = ( SELECT onus.current_organization() AS current_organization)));

--
-- Name: identity own_identities; Type: POLICY; Schema: log; Owner: -
--

CREATE POLICY own_identities ON log.identity USING ((organization_id = ( SELECT onus.current_organization() AS current_organization))) WITH CHECK ((organization_id = ( SELECT onus.current_organization() AS current_organization)));

--
-- Name: quarantine own_quarantine; Type: POLICY; Schema: log; Owner: -
--

CREATE POLICY own_quarantine ON log.quarantine USING ((organization_id = onus.current_organization())) WITH CHECK ((organization_id = onus.current_organization()));

--
-- Name: quarantine; Type: ROW SECURITY; Schema: log; Owner: -
--

ALTER TABLE log.quarantine ENABLE ROW LEVEL SECURITY;

--
-- Name: delivery; Type: ROW SECURITY; Schema: notice; Owner: -
--

ALTER TABLE notice.delivery ENABLE ROW LEVEL SECURITY;

--
-- Name: delivery delivery_notification; Type: POLICY; Schema: notice; Owner: -
--

CREATE POLICY delivery_notification ON notice.delivery TO onus_notification USING (true);

--
-- Name: mute; Type: ROW SECURITY; Schema: notice; Owner: -
--

ALTER TABLE notice.mute ENABLE ROW LEVEL SECURITY;

--
-- Name: notice; Type: ROW SECURITY; Schema: notice; Owner: -
--

ALTER TABLE notice.notice ENABLE ROW LEVEL SECURITY;

--
-- Name: notice notice_notification; Type: POLICY; Schema: notice; Owner: -
--

CREATE POLICY notice_notification ON notice.notice TO onus_notification USING (true);

--
-- Name: notice notice_organization; Type: POLICY; Schema: notice; Owner: -
--

CREATE POLICY notice_organization ON notice.notice USING ((organization_id = onus.current_organization()));

--
-- Name: delivery organization; Type: POLICY; Schema: notice; Owner: -
--

CREATE POLICY organization ON notice.delivery USING ((organization_id = onus.current_organization()));

--
-- Name: mute organization; Type: POLICY; Schema: notice; Owner: -
--

CREATE POLICY organization ON notice.mute USING ((organization_id = onus.current_organization()));

--
-- Name: preference organization; Type: POLICY; Schema: notice; Owner: -
--

CREATE POLICY organization ON notice.preference USING ((organization_id = onus.current_organization()));

--
-- Name: reading organization; Type: POLICY; Schema: notice; Owner: -
--

CREATE POLICY organization ON notice.reading USING ((organization_id = onus.current_organization()));

--
-- Name: unsubscribe_key organization; Type: POLICY; Schema: notice; Owner: -
--

CREATE POLICY organization ON notice.unsubscribe_key USING ((organization_id = onus.current_organization()));

--
-- Name: webhook organization; Type: POLICY; Schema: notice; Owner: -
--

CREATE POLICY organization ON notice.webhook USING ((organization_id = onus.current_organization()));

--
-- Name: pending; Type: ROW SECURITY; Schema: notice; Owner: -
--

ALTER TABLE notice.pending ENABLE ROW LEVEL SECURITY;

--
-- Name: pending pending_notification; Type: POLICY; Schema: notice; Owner: -
--

CREATE POLICY pending_notification ON notice.pending TO onus_notification USING (true);

--
-- Name: pending pending_organization; Type: POLICY; Schema: notice; Owner: -
--

CREATE POLICY pending_organization ON notice.pending USING ((organization_id = onus.current_organization()));

--
-- Name: preference; Type: ROW SECURITY; Schema: notice; Owner: -
--

ALTER TABLE notice.preference ENABLE ROW LEVEL SECURITY;

--
-- Name: reading; Type: ROW SECURITY; Schema: notice; Owner: -
--

ALTER TABLE notice.reading ENABLE ROW LEVEL SECURITY;

--
-- Name: unsubscribe_key; Type: ROW SECURITY; Schema: notice; Owner: -
--

ALTER TABLE notice.unsubscribe_key ENABLE ROW LEVEL SECURITY;

--
-- Name: webhook; Type: ROW SECURITY; Schema: notice; Owner: -
--

ALTER TABLE notice.webhook ENABLE ROW LEVEL SECURITY;

--
-- Name: organization every_organization; Type: POLICY; Schema: onus; Owner: -
--

CREATE POLICY every_organization ON onus.organization TO onus_scoring, onus_notification USING (true);

--
-- Name: policy every_policy; Type: POLICY; Schema: onus; Owner: -
--

CREATE POLICY every_policy ON onus.policy FOR SELECT TO onus_scoring, onus_notification USING (true);

--
-- Name: minimisation; Type: ROW SECURITY; Schema: onus; Owner: -
--

ALTER TABLE onus.minimisation ENABLE ROW LEVEL SECURITY;

--
-- Name: organization; Type: ROW SECURITY; Schema: onus; Owner: -
--

ALTER TABLE onus.organization ENABLE ROW LEVEL SECURITY;

--
-- Name: minimisation own_minimisation; Type: POLICY; Schema: onus; Owner: -
--

CREATE POLICY own_minimisation ON onus.minimisation USING ((organization_id = onus.current_organization()));

--
-- Name: organization own_organization; Type: POLICY; Schema: onus; Owner: -
--

CREATE POLICY own_organization ON onus.organization FOR SELECT USING ((id = onus.current_organization()));

--
-- Name: policy own_policies; Type: POLICY; Schema: onus; Owner: -
--

CREATE POLICY own_policies ON onus.policy USING ((organization_id = onus.current_organization()));

--
-- Name: statement_mapping own_statement_mapping; Type: POLICY; Schema: onus; Owner: -
--

CREATE POLICY own_statement_mapping ON onus.statement_mapping USING ((organization_id = onus.current_organization()));

--
-- Name: token own_tokens; Type: POLICY; Schema: onus; Owner: -
--

CREATE POLICY own_tokens ON onus.token USING ((organization_id = onus.current_organization()));

--
-- Name: policy; Type: ROW SECURITY; Schema: onus; Owner: -
--

ALTER TABLE onus.policy ENABLE ROW LEVEL SECURITY;

--
-- Name: statement_mapping; Type: ROW SECURITY; Schema: onus; Owner: -
--

ALTER TABLE onus.statement_mapping ENABLE ROW LEVEL SECURITY;

--
-- Name: token; Type: ROW SECURITY; Schema: onus; Owner: -
--

ALTER TABLE onus.token ENABLE ROW LEVEL SECURITY;

--
-- Name: account; Type: ROW SECURITY; Schema: scim; Owner: -
--

ALTER TABLE scim.account ENABLE ROW LEVEL SECURITY;

--
-- Name: address; Type: ROW SECURITY; Schema: scim; Owner: -
--

ALTER TABLE scim.address ENABLE ROW LEVEL SECURITY;

--
-- Name: account own_accounts; Type: POLICY; Schema: scim; Owner: -
--

CREATE POLICY own_accounts ON scim.account USING ((organization_id = onus.current_organization()));

--
-- Name: address own_addresses; Type: POLICY; Schema: scim; Owner: -
--

CREATE POLICY own_addresses ON scim.address USING ((organization_id = onus.current_organization()));

--
-- Name: unit_member own_unit_members; Type: POLICY; Schema: scim; Owner: -
--

CREATE POLICY own_unit_members ON scim.unit_member USING ((organization_id = onus.current_organization()));

--
-- Name: unit own_units; Type: POLICY; Schema: scim; Owner: -
--

CREATE POLICY own_units ON scim.unit USING ((organization_id = onus.current_organization()));

--
-- Name: unit; Type: ROW SECURITY; Schema: scim; Owner: -
--

ALTER TABLE scim.unit ENABLE ROW LEVEL SECURITY;

--
-- Name: unit_member; Type: ROW SECURITY; Schema: scim; Owner: -
--

ALTER TABLE scim.unit_member ENABLE ROW LEVEL SECURITY;

--
-- Name: arrival; Type: ROW SECURITY; Schema: score; Owner: -
--

ALTER TABLE score.arrival ENABLE ROW LEVEL SECURITY;

--
-- Name: arrival arrival_organization; Type: POLICY; Schema: score; Owner: -
--

CREATE POLICY arrival_organization ON score.arrival USING ((organization_id = onus.current_organization()));

--
-- Name: arrival arrival_scoring; Type: POLICY; Schema: score; Owner: -
--

CREATE POLICY arrival_scoring ON score.arrival FOR SELECT TO onus_scoring USING (true);

--
-- Name: contribution; Type: ROW SECURITY; Schema: score; Owner: -
--

ALTER TABLE score.contribution ENABLE ROW LEVEL SECURITY;

--
-- Name: contribution contribution_organization; Type: POLICY; Schema: score; Owner: -
--

CREATE POLICY contribution_organization ON score.contribution USING ((organization_id = onus.current_organization()));

--
-- Name: current; Type: ROW SECURITY; Schema: score; Owner: -
--

ALTER TABLE score.current ENABLE ROW LEVEL SECURITY;

--
-- Name: current current_organization; Type: POLICY; Schema: score; Owner: -
--

CREATE POLICY current_organization ON score.current USING ((organization_id = onus.current_organization()));

--
-- Name: deadline; Type: ROW SECURITY; Schema: score; Owner: -
--

ALTER TABLE score.deadline ENABLE ROW LEVEL SECURITY;

--
-- Name: deadline deadline_organization; Type: POLICY; Schema: score; Owner: -
--

CREATE POLICY deadline_organization ON score.deadline USING ((organization_id = onus.current_organization()));

--
-- Name: mark; Type: ROW SECURITY; Schema: score; Owner: -
--

ALTER TABLE score.mark ENABLE ROW LEVEL SECURITY;

--
-- Name: mark mark_organization; Type: POLICY; Schema: score; Owner: -
--

CREATE POLICY mark_organization ON score.mark USING ((organization_id = onus.current_organization()));

--
-- Name: mark mark_scoring; Type: POLICY; Schema: score; Owner: -
--

CREATE POLICY mark_scoring ON score.mark FOR SELECT TO onus_scoring USING (true);

--
-- Name: parked; Type: ROW SECURITY; Schema: score; Owner: -
--

ALTER TABLE score.parked ENABLE ROW LEVEL SECURITY;

--
-- Name: parked parked_organization; Type: POLICY; Schema: score; Owner: -
--

CREATE POLICY parked_organization ON score.parked USING ((organization_id = onus.current_organization()));

--
-- Name: programme_current; Type: ROW SECURITY; Schema: score; Owner: -
--

ALTER TABLE score.programme_current ENABLE ROW LEVEL SECURITY;

--
-- Name: programme_current programme_current_organization; Type: POLICY; Schema: score; Owner: -
--

CREATE POLICY programme_current_organization ON score.programme_current USING ((organization_id = onus.current_organization()));

--
-- Name: programme_published; Type: ROW SECURITY; Schema: score; Owner: -
--

ALTER TABLE score.programme_published ENABLE ROW LEVEL SECURITY;

--
-- Name: programme_published programme_published_organization; Type: POLICY; Schema: score; Owner: -
--

CREATE POLICY programme_published_organization ON score.programme_published USING ((organization_id = onus.current_organization()));

--
-- Name: published; Type: ROW SECURITY; Schema: score; Owner: -
--

ALTER TABLE score.published ENABLE ROW LEVEL SECURITY;

--
-- Name: published published_organization; Type: POLICY; Schema: score; Owner: -
--

CREATE POLICY published_organization ON score.published USING ((organization_id = onus.current_organization()));

--
-- Name: tally; Type: ROW SECURITY; Schema: score; Owner: -
--

ALTER TABLE score.tally ENABLE ROW LEVEL SECURITY;

--
-- Name: tally tally_organization; Type: POLICY; Schema: score; Owner: -
--

CREATE POLICY tally_organization ON score.tally USING ((organization_id = onus.current_organization()));

--
-- Name: turn; Type: ROW SECURITY; Schema: score; Owner: -
--

ALTER TABLE score.turn ENABLE ROW LEVEL SECURITY;

--
-- Name: turn turn_organization; Type: POLICY; Schema: score; Owner: -
--

CREATE POLICY turn_organization ON score.turn USING ((organization_id = onus.current_organization()));

--
-- Name: turn turn_scoring; Type: POLICY; Schema: score; Owner: -
--

CREATE POLICY turn_scoring ON score.turn FOR SELECT TO onus_scoring USING (true);

--
-- Name: writer; Type: ROW SECURITY; Schema: score; Owner: -
--

ALTER TABLE score.writer ENABLE ROW LEVEL SECURITY;

--
-- Name: writer writer_organization; Type: POLICY; Schema: score; Owner: -
--

CREATE POLICY writer_organization ON score.writer USING ((organization_id = onus.current_organization()));

--
-- Name: SCHEMA audit; Type: ACL; Schema: -; Owner: -
--

GRANT USAGE ON SCHEMA audit TO onus_console;
GRANT USAGE ON SCHEMA audit TO onus_ingestion;

--
-- Name: SCHEMA facts; Type: ACL; Schema: -; Owner: -
--

GRANT USAGE ON SCHEMA facts TO onus_scoring;
GRANT USAGE ON SCHEMA facts TO onus_notification;
GRANT USAGE ON SCHEMA facts TO onus_console;

--
-- Name: SCHEMA hook; Type: ACL; Schema: -; Owner: -
--

GRANT USAGE ON SCHEMA hook TO onus_ingestion;

--
-- Name: SCHEMA learner; Type: ACL; Schema: -; Owner: -
--

GRANT USAGE ON SCHEMA learner TO onus_ingestion;
GRANT USAGE ON SCHEMA learner TO onus_console;

--
-- Name: SCHEMA log; Type: ACL; Schema: -; Owner: -
--

GRANT USAGE ON SCHEMA log TO onus_ingestion;
GRANT USAGE ON SCHEMA log TO onus_scoring;
GRANT USAGE ON SCHEMA log TO onus_notification;
GRANT USAGE ON SCHEMA log TO onus_console;

--
-- Name: SCHEMA notice; Type: ACL; Schema: -; Owner: -
--

GRANT USAGE ON SCHEMA notice TO onus_scoring;
GRANT USAGE ON SCHEMA notice TO onus_notification;
GRANT USAGE ON SCHEMA notice TO onus_console;

--
-- Name: SCHEMA onus; Type: ACL; Schema: -; Owner: -
--

GRANT USAGE ON SCHEMA onus TO onus_ingestion;
GRANT USAGE ON SCHEMA onus TO onus_scoring;
GRANT USAGE ON SCHEMA onus TO onus_notification;
GRANT USAGE ON SCHEMA onus TO onus_console;

--
-- Name: SCHEMA public; Type: ACL; Schema: -; Owner: -
--

REVOKE USAGE ON SCHEMA public FROM PUBLIC;

--
-- Name: SCHEMA scim; Type: ACL; Schema: -; Owner: -
--

GRANT USAGE ON SCHEMA scim TO onus_ingestion;

--
-- Name: SCHEMA score; Type: ACL; Schema: -; Owner: -
--

GRANT USAGE ON SCHEMA score TO onus_scoring;
GRANT USAGE ON SCHEMA score TO onus_console;

--
-- Name: FUNCTION refuse_change(); Type: ACL; Schema: audit; Owner: -
--

REVOKE ALL ON FUNCTION audit.refuse_change() FROM PUBLIC;

--
-- Name: FUNCTION bring_statements(secret_hash bytea, new_ids uuid[], new_times timestamp with time zone[], are_timed boolean[], new_digests bytea[], new_people text[], new_identities uuid[], are_job boolean[], targets uuid[], new_keys text[], new_documents text[]); Type: ACL; Schema: learner; Owner: -
--

REVOKE ALL ON FUNCTION learner.bring_statements(secret_hash bytea, new_ids uuid[], new_times timestamp with time zone[], are_timed boolean[], new_digests bytea[], new_people text[], new_identities uuid[], are_job boolean[], targets uuid[], new_keys text[], new_documents text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION learner.bring_statements(secret_hash bytea, new_ids uuid[], new_times timestamp with time zone[], are_timed boolean[], new_digests bytea[], new_people text[], new_identities uuid[], are_job boolean[], targets uuid[], new_keys text[], new_documents text[]) TO onus_ingestion;

--
-- Name: FUNCTION bringer(secret_hash bytea, OUT organization_id integer, OUT name text); Type: ACL; Schema: learner; Owner: -
--

REVOKE ALL ON FUNCTION learner.bringer(secret_hash bytea, OUT organization_id integer, OUT name text) FROM PUBLIC;

--
-- Name: FUNCTION consistent_through(); Type: ACL; Schema: learner; Owner: -
--

REVOKE ALL ON FUNCTION learner.consistent_through() FROM PUBLIC;
GRANT ALL ON FUNCTION learner.consistent_through() TO onus_ingestion;

--
-- Name: FUNCTION forget_statement(); Type: ACL; Schema: learner; Owner: -
--

REVOKE ALL ON FUNCTION learner.forget_statement() FROM PUBLIC;

--
-- Name: FUNCTION keep_statements(secret_hash bytea, new_ids uuid[], new_times timestamp with time zone[], new_digests bytea[], new_people text[], new_identities uuid[], are_job boolean[], new_voids uuid[], new_refers uuid[], new_keys text[], new_documents text[]); Type: ACL; Schema: learner; Owner: -
--

REVOKE ALL ON FUNCTION learner.keep_statements(secret_hash bytea, new_ids uuid[], new_times timestamp with time zone[], new_digests bytea[], new_people text[], new_identities uuid[], are_job boolean[], new_voids uuid[], new_refers uuid[], new_keys text[], new_documents text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION learner.keep_statements(secret_hash bytea, new_ids uuid[], new_times timestamp with time zone[], new_digests bytea[], new_people text[], new_identities uuid[], are_job boolean[], new_voids uuid[], new_refers uuid[], new_keys text[], new_documents text[]) TO onus_ingestion;

--
-- Name: FUNCTION spread_keys(in_organization integer, of_bringer text, fresh uuid[]); Type: ACL; Schema: learner; Owner: -
--

REVOKE ALL ON FUNCTION learner.spread_keys(in_organization integer, of_bringer text, fresh uuid[]) FROM PUBLIC;

--
-- Name: FUNCTION statement_brought(secret_hash bytea, wanted uuid, is_void boolean); Type: ACL; Schema: learner; Owner: -
--

REVOKE ALL ON FUNCTION learner.statement_brought(secret_hash bytea, wanted uuid, is_void boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION learner.statement_brought(secret_hash bytea, wanted uuid, is_void boolean) TO onus_ingestion;

--
-- Name: FUNCTION statements_brought(secret_hash bytea, wanted_keys uuid[], since timestamp with time zone, until timestamp with time zone, last_stored timestamp with time zone, last_seq bigint, ascending boolean, at_most integer); Type: ACL; Schema: learner; Owner: -
--

REVOKE ALL ON FUNCTION learner.statements_brought(secret_hash bytea, wanted_keys uuid[], since timestamp with time zone, until timestamp with time zone, last_stored timestamp with time zone, last_seq bigint, ascending boolean, at_most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION learner.statements_brought(secret_hash bytea, wanted_keys uuid[], since timestamp with time zone, until timestamp with time zone, last_stored timestamp with time zone, last_seq bigint, ascending boolean, at_most integer) TO onus_ingestion;

--
-- Name: FUNCTION acknowledge(of_consumer text, of_shard smallint, number bigint, of_era integer, read_to pg_snapshot, reading_to pg_snapshot, after_xid xid8, after_seq bigint); Type: ACL; Schema: log; Owner: -
--

REVOKE ALL ON FUNCTION log.acknowledge(of_consumer text, of_shard smallint, number bigint, of_era integer, read_to pg_snapshot, reading_to pg_snapshot, after_xid xid8, after_seq bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION log.acknowledge(of_consumer text, of_shard smallint, number bigint, of_era integer, read_to pg_snapshot, reading_to pg_snapshot, after_xid xid8, after_seq bigint) TO onus_scoring;

--
-- Name: FUNCTION backlog(); Type: ACL; Schema: log; Owner: -
--

REVOKE ALL ON FUNCTION log.backlog() FROM PUBLIC;
GRANT ALL ON FUNCTION log.backlog() TO onus_ingestion;

--
-- Name: FUNCTION close_tier(enough bigint); Type: ACL; Schema: log; Owner: -
--

REVOKE ALL ON FUNCTION log.close_tier(enough bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION log.close_tier(enough bigint) TO onus_ingestion;

--
-- Name: FUNCTION closed_tier(tier text, since timestamp with time zone); Type: ACL; Schema: log; Owner: -
--

REVOKE ALL ON FUNCTION log.closed_tier(tier text, since timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION create_partitions(first date, last date); Type: ACL; Schema: log; Owner: -
--

REVOKE ALL ON FUNCTION log.create_partitions(first date, last date) FROM PUBLIC;
GRANT ALL ON FUNCTION log.create_partitions(first date, last date) TO onus_ingestion;

--
-- Name: FUNCTION has_read(of_era integer, snapshot pg_snapshot, target pg_snapshot, cursor_xid xid8, cursor_seq bigint, event_era integer, event_xid xid8, event_seq bigint); Type: ACL; Schema: log; Owner: -
--

REVOKE ALL ON FUNCTION log.has_read(of_era integer, snapshot pg_snapshot, target pg_snapshot, cursor_xid xid8, cursor_seq bigint, event_era integer, event_xid xid8, event_seq bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION log.has_read(of_era integer, snapshot pg_snapshot, target pg_snapshot, cursor_xid xid8, cursor_seq bigint, event_era integer, event_xid xid8, event_seq bigint) TO onus_scoring;

--
-- Name: FUNCTION is_by_subject(consumer text); Type: ACL; Schema: log; Owner: -
--

REVOKE ALL ON FUNCTION log.is_by_subject(consumer text) FROM PUBLIC;
GRANT ALL ON FUNCTION log.is_by_subject(consumer text) TO onus_scoring;

--
-- Name: FUNCTION is_read(partition text); Type: ACL; Schema: log; Owner: -
--

REVOKE ALL ON FUNCTION log.is_read(partition text) FROM PUBLIC;

--
-- Name: FUNCTION keep_filter(tier text, since timestamp with time zone, made bytea); Type: ACL; Schema: log; Owner: -
--

REVOKE ALL ON FUNCTION log.keep_filter(tier text, since timestamp with time zone, made bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION log.keep_filter(tier text, since timestamp with time zone, made bytea) TO onus_ingestion;

--
-- Name: FUNCTION months(); Type: ACL; Schema: log; Owner: -
--

REVOKE ALL ON FUNCTION log.months() FROM PUBLIC;

--
-- Name: FUNCTION months_over(); Type: ACL; Schema: log; Owner: -
--

REVOKE ALL ON FUNCTION log.months_over() FROM PUBLIC;

--
-- Name: FUNCTION move_month(of_month date, to_archive boolean, step integer); Type: ACL; Schema: log; Owner: -
--

REVOKE ALL ON FUNCTION log.move_month(of_month date, to_archive boolean, step integer) FROM PUBLIC;

--
-- Name: FUNCTION organizations_with_approved(at_most integer); Type: ACL; Schema: log; Owner: -
--

REVOKE ALL ON FUNCTION log.organizations_with_approved(at_most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION log.organizations_with_approved(at_most integer) TO onus_ingestion;

--
-- Name: FUNCTION places(expected text[]); Type: ACL; Schema: log; Owner: -
--

REVOKE ALL ON FUNCTION log.places(expected text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION log.places(expected text[]) TO onus_scoring;

--
-- Name: FUNCTION position_lock(consumer text, shard smallint); Type: ACL; Schema: log; Owner: -
--

REVOKE ALL ON FUNCTION log.position_lock(consumer text, shard smallint) FROM PUBLIC;

--
-- Name: FUNCTION refuse_closed_tier(); Type: ACL; Schema: log; Owner: -
--

REVOKE ALL ON FUNCTION log.refuse_closed_tier() FROM PUBLIC;

--
-- Name: FUNCTION refuse_long_holders(relation regclass, readers_too boolean); Type: ACL; Schema: log; Owner: -
--

REVOKE ALL ON FUNCTION log.refuse_long_holders(relation regclass, readers_too boolean) FROM PUBLIC;

--
-- Name: FUNCTION rotate_acks(settled interval, grown bigint); Type: ACL; Schema: log; Owner: -
--

REVOKE ALL ON FUNCTION log.rotate_acks(settled interval, grown bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION log.rotate_acks(settled interval, grown bigint) TO onus_scoring;

--
-- Name: FUNCTION server_run(); Type: ACL; Schema: log; Owner: -
--

REVOKE ALL ON FUNCTION log.server_run() FROM PUBLIC;
GRANT ALL ON FUNCTION log.server_run() TO onus_scoring;

--
-- Name: FUNCTION settle_months(); Type: ACL; Schema: log; Owner: -
--

REVOKE ALL ON FUNCTION log.settle_months() FROM PUBLIC;
GRANT ALL ON FUNCTION log.settle_months() TO onus_ingestion;

--
-- Name: FUNCTION shard_of(organization_id integer, subject text, by_subject boolean, shards integer); Type: ACL; Schema: log; Owner: -
--

REVOKE ALL ON FUNCTION log.shard_of(organization_id integer, subject text, by_subject boolean, shards integer) FROM PUBLIC;
GRANT ALL ON FUNCTION log.shard_of(organization_id integer, subject text, by_subject boolean, shards integer) TO onus_scoring;

--
-- Name: FUNCTION shards(consumer text); Type: ACL; Schema: log; Owner: -
--

REVOKE ALL ON FUNCTION log.shards(consumer text) FROM PUBLIC;
GRANT ALL ON FUNCTION log.shards(consumer text) TO onus_scoring;

--
-- Name: FUNCTION sleep(channel text, mark bigint); Type: ACL; Schema: log; Owner: -
--

REVOKE ALL ON FUNCTION log.sleep(channel text, mark bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION log.sleep(channel text, mark bigint) TO onus_scoring;

--
-- Name: FUNCTION take_position(of_consumer text, of_shard smallint, is_waiting boolean, patience integer); Type: ACL; Schema: log; Owner: -
--

REVOKE ALL ON FUNCTION log.take_position(of_consumer text, of_shard smallint, is_waiting boolean, patience integer) FROM PUBLIC;
GRANT ALL ON FUNCTION log.take_position(of_consumer text, of_shard smallint, is_waiting boolean, patience integer) TO onus_scoring;

--
-- Name: FUNCTION take_unread(of_consumer text, patience integer, of_run text, known bigint, of_era integer, read pg_snapshot, page integer); Type: ACL; Schema: log; Owner: -
--

REVOKE ALL ON FUNCTION log.take_unread(of_consumer text, patience integer, of_run text, known bigint, of_era integer, read pg_snapshot, page integer) FROM PUBLIC;
GRANT ALL ON FUNCTION log.take_unread(of_consumer text, patience integer, of_run text, known bigint, of_era integer, read pg_snapshot, page integer) TO onus_scoring;

--
-- Name: FUNCTION tier_identities(tier text, since timestamp with time zone, first bigint, pages integer); Type: ACL; Schema: log; Owner: -
--

REVOKE ALL ON FUNCTION log.tier_identities(tier text, since timestamp with time zone, first bigint, pages integer) FROM PUBLIC;
GRANT ALL ON FUNCTION log.tier_identities(tier text, since timestamp with time zone, first bigint, pages integer) TO onus_ingestion;

--
-- Name: SEQUENCE event_seq; Type: ACL; Schema: log; Owner: -
--

GRANT USAGE ON SEQUENCE log.event_seq TO onus_ingestion;

--
-- Name: TABLE event; Type: ACL; Schema: log; Owner: -
--

GRANT SELECT ON TABLE log.event TO onus_scoring;

--
-- Name: COLUMN event.organization_id; Type: ACL; Schema: log; Owner: -
--

GRANT INSERT(organization_id) ON TABLE log.event TO onus_ingestion;

--
-- Name: COLUMN event.era; Type: ACL; Schema: log; Owner: -
--

GRANT INSERT(era) ON TABLE log.event TO onus_ingestion;

--
-- Name: COLUMN event.identity; Type: ACL; Schema: log; Owner: -
--

GRANT INSERT(identity) ON TABLE log.event TO onus_ingestion;

--
-- Name: COLUMN event.type; Type: ACL; Schema: log; Owner: -
--

GRANT INSERT(type) ON TABLE log.event TO onus_ingestion;

--
-- Name: COLUMN event.source; Type: ACL; Schema: log; Owner: -
--

GRANT INSERT(source) ON TABLE log.event TO onus_ingestion;

--
-- Name: COLUMN event.id; Type: ACL; Schema: log; Owner: -
--

GRANT INSERT(id) ON TABLE log.event TO onus_ingestion;

--
-- Name: COLUMN event."time"; Type: ACL; Schema: log; Owner: -
--

GRANT INSERT("time") ON TABLE log.event TO onus_ingestion;

--
-- Name: COLUMN event.subject; Type: ACL; Schema: log; Owner: -
--

GRANT INSERT(subject) ON TABLE log.event TO onus_ingestion;

--
-- Name: COLUMN event.data; Type: ACL; Schema: log; Owner: -
--

GRANT INSERT(data) ON TABLE log.event TO onus_ingestion;

--
-- Name: COLUMN event.attributes; Type: ACL; Schema: log; Owner: -
--

GRANT INSERT(attributes) ON TABLE log.event TO onus_ingestion;

--
-- Name: FUNCTION unread(of_era integer, base pg_snapshot, upto pg_snapshot, after_xid xid8, after_seq bigint, page integer); Type: ACL; Schema: log; Owner: -
--

REVOKE ALL ON FUNCTION log.unread(of_era integer, base pg_snapshot, upto pg_snapshot, after_xid xid8, after_seq bigint, page integer) FROM PUBLIC;
GRANT ALL ON FUNCTION log.unread(of_era integer, base pg_snapshot, upto pg_snapshot, after_xid xid8, after_seq bigint, page integer) TO onus_scoring;

--
-- Name: FUNCTION unread_of_shard(of_era integer, base pg_snapshot, upto pg_snapshot, after_xid xid8, after_seq bigint, page integer, of_shard integer, shards integer, by_subject boolean); Type: ACL; Schema: log; Owner: -
--

REVOKE ALL ON FUNCTION log.unread_of_shard(of_era integer, base pg_snapshot, upto pg_snapshot, after_xid xid8, after_seq bigint, page integer, of_shard integer, shards integer, by_subject boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION log.unread_of_shard(of_era integer, base pg_snapshot, upto pg_snapshot, after_xid xid8, after_seq bigint, page integer, of_shard integer, shards integer, by_subject boolean) TO onus_scoring;

--
-- Name: FUNCTION unread_parts(of_era integer, snapshot pg_snapshot, target pg_snapshot, cursor_xid xid8, cursor_seq bigint, moment pg_snapshot); Type: ACL; Schema: log; Owner: -
--

REVOKE ALL ON FUNCTION log.unread_parts(of_era integer, snapshot pg_snapshot, target pg_snapshot, cursor_xid xid8, cursor_seq bigint, moment pg_snapshot) FROM PUBLIC;
GRANT ALL ON FUNCTION log.unread_parts(of_era integer, snapshot pg_snapshot, target pg_snapshot, cursor_xid xid8, cursor_seq bigint, moment pg_snapshot) TO onus_scoring;

--
-- Name: FUNCTION unsettle(); Type: ACL; Schema: log; Owner: -
--

REVOKE ALL ON FUNCTION log.unsettle() FROM PUBLIC;

--
-- Name: FUNCTION wake(channel text); Type: ACL; Schema: log; Owner: -
--

REVOKE ALL ON FUNCTION log.wake(channel text) FROM PUBLIC;
GRANT ALL ON FUNCTION log.wake(channel text) TO onus_ingestion;

--
-- Name: FUNCTION watch_month(month regclass); Type: ACL; Schema: log; Owner: -
--

REVOKE ALL ON FUNCTION log.watch_month(month regclass) FROM PUBLIC;

--
-- Name: FUNCTION authenticate(hash bytea); Type: ACL; Schema: onus; Owner: -
--

REVOKE ALL ON FUNCTION onus.authenticate(hash bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION onus.authenticate(hash bytea) TO onus_ingestion;
GRANT ALL ON FUNCTION onus.authenticate(hash bytea) TO onus_scoring;
GRANT ALL ON FUNCTION onus.authenticate(hash bytea) TO onus_notification;
GRANT ALL ON FUNCTION onus.authenticate(hash bytea) TO onus_console;

--
-- Name: FUNCTION authenticate_2(hash bytea); Type: ACL; Schema: onus; Owner: -
--

REVOKE ALL ON FUNCTION onus.authenticate_2(hash bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION onus.authenticate_2(hash bytea) TO onus_ingestion;
GRANT ALL ON FUNCTION onus.authenticate_2(hash bytea) TO onus_scoring;
GRANT ALL ON FUNCTION onus.authenticate_2(hash bytea) TO onus_notification;
GRANT ALL ON FUNCTION onus.authenticate_2(hash bytea) TO onus_console;

--
-- Name: FUNCTION current_era(); Type: ACL; Schema: onus; Owner: -
--

REVOKE ALL ON FUNCTION onus.current_era() FROM PUBLIC;
GRANT ALL ON FUNCTION onus.current_era() TO onus_ingestion;
GRANT ALL ON FUNCTION onus.current_era() TO onus_scoring;
GRANT ALL ON FUNCTION onus.current_era() TO onus_notification;
GRANT ALL ON FUNCTION onus.current_era() TO onus_console;

--
-- Name: FUNCTION current_organization(); Type: ACL; Schema: onus; Owner: -
--

REVOKE ALL ON FUNCTION onus.current_organization() FROM PUBLIC;
GRANT ALL ON FUNCTION onus.current_organization() TO onus_ingestion;
GRANT ALL ON FUNCTION onus.current_organization() TO onus_scoring;
GRANT ALL ON FUNCTION onus.current_organization() TO onus_notification;
GRANT ALL ON FUNCTION onus.current_organization() TO onus_console;

--
-- Name: FUNCTION current_person(); Type: ACL; Schema: onus; Owner: -
--

REVOKE ALL ON FUNCTION onus.current_person() FROM PUBLIC;
GRANT ALL ON FUNCTION onus.current_person() TO onus_ingestion;
GRANT ALL ON FUNCTION onus.current_person() TO onus_scoring;
GRANT ALL ON FUNCTION onus.current_person() TO onus_notification;
GRANT ALL ON FUNCTION onus.current_person() TO onus_console;

--
-- Name: FUNCTION keep_scored_day_forward(); Type: ACL; Schema: onus; Owner: -
--

REVOKE ALL ON FUNCTION onus.keep_scored_day_forward() FROM PUBLIC;

--
-- Name: FUNCTION organization_named(name text); Type: ACL; Schema: onus; Owner: -
--

REVOKE ALL ON FUNCTION onus.organization_named(name text) FROM PUBLIC;
GRANT ALL ON FUNCTION onus.organization_named(name text) TO onus_ingestion;
GRANT ALL ON FUNCTION onus.organization_named(name text) TO onus_scoring;
GRANT ALL ON FUNCTION onus.organization_named(name text) TO onus_notification;
GRANT ALL ON FUNCTION onus.organization_named(name text) TO onus_console;

--
-- Name: FUNCTION raise_era(); Type: ACL; Schema: onus; Owner: -
--

REVOKE ALL ON FUNCTION onus.raise_era() FROM PUBLIC;

--
-- Name: TABLE access; Type: ACL; Schema: audit; Owner: -
--

GRANT SELECT ON TABLE audit.access TO onus_console;

--
-- Name: COLUMN access.organization_id; Type: ACL; Schema: audit; Owner: -
--

GRANT INSERT(organization_id) ON TABLE audit.access TO onus_console;
GRANT INSERT(organization_id) ON TABLE audit.access TO onus_ingestion;

--
-- Name: COLUMN access.person; Type: ACL; Schema: audit; Owner: -
--

GRANT INSERT(person) ON TABLE audit.access TO onus_console;
GRANT INSERT(person) ON TABLE audit.access TO onus_ingestion;

--
-- Name: COLUMN access.viewer; Type: ACL; Schema: audit; Owner: -
--

GRANT INSERT(viewer) ON TABLE audit.access TO onus_console;
GRANT INSERT(viewer) ON TABLE audit.access TO onus_ingestion;

--
-- Name: COLUMN access.viewer_role; Type: ACL; Schema: audit; Owner: -
--

GRANT INSERT(viewer_role) ON TABLE audit.access TO onus_console;
GRANT INSERT(viewer_role) ON TABLE audit.access TO onus_ingestion;

--
-- Name: COLUMN access.what; Type: ACL; Schema: audit; Owner: -
--

GRANT INSERT(what) ON TABLE audit.access TO onus_console;
GRANT INSERT(what) ON TABLE audit.access TO onus_ingestion;

--
-- Name: COLUMN access.reason; Type: ACL; Schema: audit; Owner: -
--

GRANT INSERT(reason) ON TABLE audit.access TO onus_console;
GRANT INSERT(reason) ON TABLE audit.access TO onus_ingestion;

--
-- Name: COLUMN access.day; Type: ACL; Schema: audit; Owner: -
--

GRANT INSERT(day) ON TABLE audit.access TO onus_console;

--
-- Name: TABLE event; Type: ACL; Schema: facts; Owner: -
--

GRANT SELECT,INSERT ON TABLE facts.event TO onus_scoring;
GRANT SELECT ON TABLE facts.event TO onus_console;

--
-- Name: COLUMN event.unit; Type: ACL; Schema: facts; Owner: -
--

GRANT UPDATE(unit) ON TABLE facts.event TO onus_scoring;

--
-- Name: TABLE person_directory; Type: ACL; Schema: facts; Owner: -
--

GRANT SELECT ON TABLE facts.person_directory TO onus_notification;

--
-- Name: TABLE hook; Type: ACL; Schema: hook; Owner: -
--

GRANT SELECT ON TABLE hook.hook TO onus_ingestion;

--
-- Name: TABLE poll; Type: ACL; Schema: hook; Owner: -
--

GRANT SELECT ON TABLE hook.poll TO onus_ingestion;

--
-- Name: COLUMN poll.due; Type: ACL; Schema: hook; Owner: -
--

GRANT UPDATE(due) ON TABLE hook.poll TO onus_ingestion;

--
-- Name: COLUMN poll.wanted; Type: ACL; Schema: hook; Owner: -
--

GRANT UPDATE(wanted) ON TABLE hook.poll TO onus_ingestion;

--
-- Name: COLUMN poll.lease; Type: ACL; Schema: hook; Owner: -
--

GRANT UPDATE(lease) ON TABLE hook.poll TO onus_ingestion;

--
-- Name: COLUMN poll.leased; Type: ACL; Schema: hook; Owner: -
--

GRANT UPDATE(leased) ON TABLE hook.poll TO onus_ingestion;

--
-- Name: COLUMN poll.leased_until; Type: ACL; Schema: hook; Owner: -
--

GRANT UPDATE(leased_until) ON TABLE hook.poll TO onus_ingestion;

--
-- Name: COLUMN poll.cursor; Type: ACL; Schema: hook; Owner: -
--

GRANT UPDATE(cursor) ON TABLE hook.poll TO onus_ingestion;

--
-- Name: COLUMN poll.page; Type: ACL; Schema: hook; Owner: -
--

GRANT UPDATE(page) ON TABLE hook.poll TO onus_ingestion;

--
-- Name: COLUMN poll.high; Type: ACL; Schema: hook; Owner: -
--

GRANT UPDATE(high) ON TABLE hook.poll TO onus_ingestion;

--
-- Name: COLUMN poll.began; Type: ACL; Schema: hook; Owner: -
--

GRANT UPDATE(began) ON TABLE hook.poll TO onus_ingestion;

--
-- Name: COLUMN poll.failures; Type: ACL; Schema: hook; Owner: -
--

GRANT UPDATE(failures) ON TABLE hook.poll TO onus_ingestion;

--
-- Name: COLUMN poll.last_error; Type: ACL; Schema: hook; Owner: -
--

GRANT UPDATE(last_error) ON TABLE hook.poll TO onus_ingestion;

--
-- Name: COLUMN poll.last_success; Type: ACL; Schema: hook; Owner: -
--

GRANT UPDATE(last_success) ON TABLE hook.poll TO onus_ingestion;

--
-- Name: TABLE state; Type: ACL; Schema: hook; Owner: -
--

GRANT SELECT ON TABLE hook.state TO onus_ingestion;

--
-- Name: COLUMN state.organization_id; Type: ACL; Schema: hook; Owner: -
--

GRANT INSERT(organization_id) ON TABLE hook.state TO onus_ingestion;

--
-- Name: COLUMN state.name; Type: ACL; Schema: hook; Owner: -
--

GRANT INSERT(name) ON TABLE hook.state TO onus_ingestion;

--
-- Name: COLUMN state.subject; Type: ACL; Schema: hook; Owner: -
--

GRANT INSERT(subject) ON TABLE hook.state TO onus_ingestion;

--
-- Name: COLUMN state.state; Type: ACL; Schema: hook; Owner: -
--

GRANT UPDATE(state) ON TABLE hook.state TO onus_ingestion;

--
-- Name: COLUMN state.changes; Type: ACL; Schema: hook; Owner: -
--

GRANT UPDATE(changes) ON TABLE hook.state TO onus_ingestion;

--
-- Name: COLUMN state.seen; Type: ACL; Schema: hook; Owner: -
--

GRANT UPDATE(seen) ON TABLE hook.state TO onus_ingestion;

--
-- Name: COLUMN state.counted; Type: ACL; Schema: hook; Owner: -
--

GRANT UPDATE(counted) ON TABLE hook.state TO onus_ingestion;

--
-- Name: TABLE learning; Type: ACL; Schema: learner; Owner: -
--

GRANT INSERT ON TABLE learner.learning TO onus_ingestion;
GRANT SELECT,DELETE ON TABLE learner.learning TO onus_console;

--
-- Name: TABLE identity; Type: ACL; Schema: log; Owner: -
--

GRANT SELECT ON TABLE log.identity TO onus_ingestion;

--
-- Name: COLUMN identity.organization_id; Type: ACL; Schema: log; Owner: -
--

GRANT INSERT(organization_id) ON TABLE log.identity TO onus_ingestion;

--
-- Name: COLUMN identity.identity; Type: ACL; Schema: log; Owner: -
--

GRANT INSERT(identity) ON TABLE log.identity TO onus_ingestion;

--
-- Name: TABLE "position"; Type: ACL; Schema: log; Owner: -
--

GRANT SELECT ON TABLE log."position" TO onus_scoring;

--
-- Name: TABLE quarantine; Type: ACL; Schema: log; Owner: -
--

GRANT SELECT,INSERT ON TABLE log.quarantine TO onus_ingestion;
GRANT SELECT ON TABLE log.quarantine TO onus_console;

--
-- Name: COLUMN quarantine.last_received; Type: ACL; Schema: log; Owner: -
--

GRANT UPDATE(last_received) ON TABLE log.quarantine TO onus_ingestion;

--
-- Name: COLUMN quarantine.times; Type: ACL; Schema: log; Owner: -
--

GRANT UPDATE(times) ON TABLE log.quarantine TO onus_ingestion;

--
-- Name: COLUMN quarantine.pointer; Type: ACL; Schema: log; Owner: -
--

GRANT UPDATE(pointer) ON TABLE log.quarantine TO onus_ingestion;

--
-- Name: COLUMN quarantine.title; Type: ACL; Schema: log; Owner: -
--

GRANT UPDATE(title) ON TABLE log.quarantine TO onus_ingestion;

--
-- Name: COLUMN quarantine.detail; Type: ACL; Schema: log; Owner: -
--

GRANT UPDATE(detail) ON TABLE log.quarantine TO onus_ingestion;

--
-- Name: COLUMN quarantine.body; Type: ACL; Schema: log; Owner: -
--

GRANT UPDATE(body) ON TABLE log.quarantine TO onus_console;
GRANT UPDATE(body) ON TABLE log.quarantine TO onus_ingestion;

--
-- Name: COLUMN quarantine.state; Type: ACL; Schema: log; Owner: -
--

GRANT UPDATE(state) ON TABLE log.quarantine TO onus_console;
GRANT UPDATE(state) ON TABLE log.quarantine TO onus_ingestion;

--
-- Name: COLUMN quarantine.fixed; Type: ACL; Schema: log; Owner: -
--

GRANT UPDATE(fixed) ON TABLE log.quarantine TO onus_console;
GRANT UPDATE(fixed) ON TABLE log.quarantine TO onus_ingestion;

--
-- Name: COLUMN quarantine.settled; Type: ACL; Schema: log; Owner: -
--

GRANT UPDATE(settled) ON TABLE log.quarantine TO onus_console;
GRANT UPDATE(settled) ON TABLE log.quarantine TO onus_ingestion;

--
-- Name: COLUMN quarantine.settled_by; Type: ACL; Schema: log; Owner: -
--

GRANT UPDATE(settled_by) ON TABLE log.quarantine TO onus_console;
GRANT UPDATE(settled_by) ON TABLE log.quarantine TO onus_ingestion;

--
-- Name: COLUMN quarantine.hook; Type: ACL; Schema: log; Owner: -
--

GRANT UPDATE(hook) ON TABLE log.quarantine TO onus_ingestion;

--
-- Name: COLUMN quarantine.call; Type: ACL; Schema: log; Owner: -
--

GRANT UPDATE(call) ON TABLE log.quarantine TO onus_ingestion;
GRANT UPDATE(call) ON TABLE log.quarantine TO onus_console;

--
-- Name: TABLE settled; Type: ACL; Schema: log; Owner: -
--

GRANT SELECT ON TABLE log.settled TO onus_scoring;

--
-- Name: TABLE tier; Type: ACL; Schema: log; Owner: -
--

GRANT SELECT ON TABLE log.tier TO onus_ingestion;

--
-- Name: TABLE delivery; Type: ACL; Schema: notice; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE notice.delivery TO onus_notification;
GRANT SELECT ON TABLE notice.delivery TO onus_console;

--
-- Name: TABLE notice; Type: ACL; Schema: notice; Owner: -
--

GRANT SELECT,INSERT ON TABLE notice.notice TO onus_scoring;
GRANT SELECT ON TABLE notice.notice TO onus_notification;
GRANT SELECT ON TABLE notice.notice TO onus_console;

--
-- Name: TABLE reading; Type: ACL; Schema: notice; Owner: -
--

GRANT SELECT,INSERT ON TABLE notice.reading TO onus_console;

--
-- Name: TABLE inbox; Type: ACL; Schema: notice; Owner: -
--

GRANT SELECT ON TABLE notice.inbox TO onus_console;

--
-- Name: TABLE mute; Type: ACL; Schema: notice; Owner: -
--

GRANT SELECT,INSERT ON TABLE notice.mute TO onus_notification;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE notice.mute TO onus_console;

--
-- Name: TABLE pending; Type: ACL; Schema: notice; Owner: -
--

GRANT SELECT,INSERT ON TABLE notice.pending TO onus_scoring;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE notice.pending TO onus_notification;

--
-- Name: TABLE preference; Type: ACL; Schema: notice; Owner: -
--

GRANT SELECT ON TABLE notice.preference TO onus_notification;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE notice.preference TO onus_console;

--
-- Name: COLUMN preference.organization_id; Type: ACL; Schema: notice; Owner: -
--

GRANT INSERT(organization_id) ON TABLE notice.preference TO onus_notification;

--
-- Name: COLUMN preference.person; Type: ACL; Schema: notice; Owner: -
--

GRANT INSERT(person) ON TABLE notice.preference TO onus_notification;

--
-- Name: COLUMN preference.email; Type: ACL; Schema: notice; Owner: -
--

GRANT INSERT(email),UPDATE(email) ON TABLE notice.preference TO onus_notification;

--
-- Name: TABLE unsubscribe_key; Type: ACL; Schema: notice; Owner: -
--

GRANT SELECT,INSERT ON TABLE notice.unsubscribe_key TO onus_notification;

--
-- Name: TABLE webhook; Type: ACL; Schema: notice; Owner: -
--

GRANT SELECT ON TABLE notice.webhook TO onus_notification;

--
-- Name: COLUMN webhook.disabled; Type: ACL; Schema: notice; Owner: -
--

GRANT UPDATE(disabled) ON TABLE notice.webhook TO onus_notification;

--
-- Name: TABLE era; Type: ACL; Schema: onus; Owner: -
--

GRANT SELECT ON TABLE onus.era TO onus_ingestion;
GRANT SELECT ON TABLE onus.era TO onus_scoring;
GRANT SELECT ON TABLE onus.era TO onus_notification;
GRANT SELECT ON TABLE onus.era TO onus_console;

--
-- Name: TABLE migration; Type: ACL; Schema: onus; Owner: -
--

GRANT SELECT ON TABLE onus.migration TO onus_ingestion;
GRANT SELECT ON TABLE onus.migration TO onus_scoring;
GRANT SELECT ON TABLE onus.migration TO onus_notification;
GRANT SELECT ON TABLE onus.migration TO onus_console;

--
-- Name: TABLE minimisation; Type: ACL; Schema: onus; Owner: -
--

GRANT SELECT ON TABLE onus.minimisation TO onus_ingestion;
GRANT SELECT ON TABLE onus.minimisation TO onus_console;

--
-- Name: TABLE organization; Type: ACL; Schema: onus; Owner: -
--

GRANT SELECT ON TABLE onus.organization TO onus_ingestion;
GRANT SELECT ON TABLE onus.organization TO onus_scoring;
GRANT SELECT ON TABLE onus.organization TO onus_notification;
GRANT SELECT ON TABLE onus.organization TO onus_console;

--
-- Name: COLUMN organization.scored_day; Type: ACL; Schema: onus; Owner: -
--

GRANT UPDATE(scored_day) ON TABLE onus.organization TO onus_scoring;

--
-- Name: TABLE policy; Type: ACL; Schema: onus; Owner: -
--

GRANT SELECT ON TABLE onus.policy TO onus_ingestion;
GRANT SELECT ON TABLE onus.policy TO onus_scoring;
GRANT SELECT ON TABLE onus.policy TO onus_notification;
GRANT SELECT ON TABLE onus.policy TO onus_console;

--
-- Name: TABLE statement_mapping; Type: ACL; Schema: onus; Owner: -
--

GRANT SELECT ON TABLE onus.statement_mapping TO onus_ingestion;

--
-- Name: TABLE account; Type: ACL; Schema: scim; Owner: -
--

GRANT SELECT,DELETE ON TABLE scim.account TO onus_ingestion;

--
-- Name: COLUMN account.organization_id; Type: ACL; Schema: scim; Owner: -
--

GRANT INSERT(organization_id) ON TABLE scim.account TO onus_ingestion;

--
-- Name: COLUMN account.id; Type: ACL; Schema: scim; Owner: -
--

GRANT INSERT(id) ON TABLE scim.account TO onus_ingestion;

--
-- Name: COLUMN account.version; Type: ACL; Schema: scim; Owner: -
--

GRANT UPDATE(version) ON TABLE scim.account TO onus_ingestion;

--
-- Name: COLUMN account.created; Type: ACL; Schema: scim; Owner: -
--

GRANT INSERT(created) ON TABLE scim.account TO onus_ingestion;

--
-- Name: COLUMN account.modified; Type: ACL; Schema: scim; Owner: -
--

GRANT INSERT(modified),UPDATE(modified) ON TABLE scim.account TO onus_ingestion;

--
-- Name: COLUMN account.user_name_key; Type: ACL; Schema: scim; Owner: -
--

GRANT INSERT(user_name_key),UPDATE(user_name_key) ON TABLE scim.account TO onus_ingestion;

--
-- Name: COLUMN account.person; Type: ACL; Schema: scim; Owner: -
--

GRANT INSERT(person),UPDATE(person) ON TABLE scim.account TO onus_ingestion;

--
-- Name: COLUMN account.manager; Type: ACL; Schema: scim; Owner: -
--

GRANT INSERT(manager),UPDATE(manager) ON TABLE scim.account TO onus_ingestion;

--
-- Name: COLUMN account.manager_account; Type: ACL; Schema: scim; Owner: -
--

GRANT INSERT(manager_account),UPDATE(manager_account) ON TABLE scim.account TO onus_ingestion;

--
-- Name: COLUMN account.unit; Type: ACL; Schema: scim; Owner: -
--

GRANT INSERT(unit),UPDATE(unit) ON TABLE scim.account TO onus_ingestion;

--
-- Name: COLUMN account.events; Type: ACL; Schema: scim; Owner: -
--

GRANT INSERT(events),UPDATE(events) ON TABLE scim.account TO onus_ingestion;

--
-- Name: COLUMN account.last_event; Type: ACL; Schema: scim; Owner: -
--

GRANT INSERT(last_event),UPDATE(last_event) ON TABLE scim.account TO onus_ingestion;

--
-- Name: COLUMN account.document; Type: ACL; Schema: scim; Owner: -
--

GRANT INSERT(document),UPDATE(document) ON TABLE scim.account TO onus_ingestion;

--
-- Name: TABLE address; Type: ACL; Schema: scim; Owner: -
--

GRANT SELECT,INSERT,DELETE ON TABLE scim.address TO onus_ingestion;

--
-- Name: TABLE unit; Type: ACL; Schema: scim; Owner: -
--

GRANT SELECT,DELETE ON TABLE scim.unit TO onus_ingestion;

--
-- Name: COLUMN unit.organization_id; Type: ACL; Schema: scim; Owner: -
--

GRANT INSERT(organization_id) ON TABLE scim.unit TO onus_ingestion;

--
-- Name: COLUMN unit.id; Type: ACL; Schema: scim; Owner: -
--

GRANT INSERT(id) ON TABLE scim.unit TO onus_ingestion;

--
-- Name: COLUMN unit.version; Type: ACL; Schema: scim; Owner: -
--

GRANT UPDATE(version) ON TABLE scim.unit TO onus_ingestion;

--
-- Name: COLUMN unit.created; Type: ACL; Schema: scim; Owner: -
--

GRANT INSERT(created) ON TABLE scim.unit TO onus_ingestion;

--
-- Name: COLUMN unit.modified; Type: ACL; Schema: scim; Owner: -
--

GRANT INSERT(modified),UPDATE(modified) ON TABLE scim.unit TO onus_ingestion;

--
-- Name: COLUMN unit.name; Type: ACL; Schema: scim; Owner: -
--

GRANT INSERT(name),UPDATE(name) ON TABLE scim.unit TO onus_ingestion;

--
-- Name: COLUMN unit.name_key; Type: ACL; Schema: scim; Owner: -
--

GRANT INSERT(name_key),UPDATE(name_key) ON TABLE scim.unit TO onus_ingestion;

--
-- Name: COLUMN unit.external_id; Type: ACL; Schema: scim; Owner: -
--

GRANT INSERT(external_id),UPDATE(external_id) ON TABLE scim.unit TO onus_ingestion;

--
-- Name: TABLE unit_member; Type: ACL; Schema: scim; Owner: -
--

GRANT SELECT,INSERT,DELETE ON TABLE scim.unit_member TO onus_ingestion;

--
-- Name: TABLE arrival; Type: ACL; Schema: score; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE score.arrival TO onus_scoring;

--
-- Name: TABLE contribution; Type: ACL; Schema: score; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE score.contribution TO onus_scoring;
GRANT SELECT ON TABLE score.contribution TO onus_console;

--
-- Name: TABLE current; Type: ACL; Schema: score; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE score.current TO onus_scoring;
GRANT SELECT ON TABLE score.current TO onus_console;

--
-- Name: TABLE deadline; Type: ACL; Schema: score; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE score.deadline TO onus_scoring;
GRANT SELECT ON TABLE score.deadline TO onus_console;

--
-- Name: TABLE mark; Type: ACL; Schema: score; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE score.mark TO onus_scoring;

--
-- Name: TABLE parked; Type: ACL; Schema: score; Owner: -
--

GRANT SELECT,INSERT ON TABLE score.parked TO onus_scoring;

--
-- Name: TABLE programme_current; Type: ACL; Schema: score; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE score.programme_current TO onus_scoring;
GRANT SELECT ON TABLE score.programme_current TO onus_console;

--
-- Name: TABLE programme_published; Type: ACL; Schema: score; Owner: -
--

GRANT SELECT,INSERT ON TABLE score.programme_published TO onus_scoring;
GRANT SELECT ON TABLE score.programme_published TO onus_console;

--
-- Name: TABLE published; Type: ACL; Schema: score; Owner: -
--

GRANT SELECT,INSERT ON TABLE score.published TO onus_scoring;
GRANT SELECT ON TABLE score.published TO onus_console;

--
-- Name: TABLE tally; Type: ACL; Schema: score; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE score.tally TO onus_scoring;

--
-- Name: TABLE turn; Type: ACL; Schema: score; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE score.turn TO onus_scoring;

--
-- Name: TABLE writer; Type: ACL; Schema: score; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE score.writer TO onus_scoring;

--
-- PostgreSQL database dump complete
--

