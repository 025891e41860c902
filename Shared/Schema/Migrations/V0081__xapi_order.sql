-- safe while older services run
-- Statements of one moment: a statement and what voids it meet in one order, however many requests bring them at once;
-- what refers to a statement is found by what finds it; and how far lists are complete is said by the database.

ALTER TABLE learner.statement ADD COLUMN refers uuid;    -- the statement that is its object
-- Who refers to this one? Statements that an older ingestion has kept are not in it, save those that void.
CREATE INDEX statement_refers_idx ON learner.statement (organization_id, bringer, refers) WHERE refers IS NOT NULL;
UPDATE learner.statement SET refers = voids WHERE voids IS NOT NULL;

-- Whose statements a secret opens. It only looks: the use of the token is noted where a request is let in, and not in a
-- transaction that would keep whoever revokes the token waiting.
CREATE OR REPLACE FUNCTION learner.bringer(secret_hash bytea, OUT organization_id integer, OUT name text)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
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
$body$;

-- Keeps statements, in place of learner.bring_statements, which older services still call, and says of each what became
-- of it: new; void, which is new and makes nothing; same, which was known; different, where another one has the id.
-- A voiding one takes its target's learning out of the learner's list and names its target where an event is to be
-- retracted for it: at the first voiding, and when nobody else has brought the same one and stands by it.
CREATE FUNCTION learner.keep_statements(
    secret_hash bytea, new_ids uuid[], new_times timestamptz[], new_digests bytea[], new_people text[],
    new_identities uuid[], are_job boolean[], new_voids uuid[], new_refers uuid[], new_keys text[], new_documents text[])
    RETURNS TABLE (id uuid, outcome text, retracts uuid, stored timestamptz)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
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
$body$;

-- Gives what refers to these statements, and these, the keys of all that they refer to, also through others, eight steps
-- far: "Andrew confirmed what Ben did" is found by Ben.
CREATE FUNCTION learner.spread_keys(in_organization integer, of_bringer text, fresh uuid[]) RETURNS void
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
AS $body$
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
$body$;

-- Whatever was stored before this moment, and will ever appear, can be read now: the database's clock, or when the
-- oldest transaction began that keeps statements and is not at its end (learner.keep_statements locks that second).
CREATE FUNCTION learner.consistent_through() RETURNS timestamptz
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
    -- Before the look at the locks: who begins between the two stores later than this.
    moment timestamptz := clock_timestamp();
BEGIN
    RETURN least(moment, (
        SELECT to_timestamp(min(l.objid::bigint)) FROM pg_locks AS l
        WHERE l.locktype = 'advisory' AND l.classid = 1480675401 AND l.objsubid = 1
            AND l.database = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database())));
END
$body$;

REVOKE ALL ON FUNCTION
    learner.keep_statements(bytea, uuid[], timestamptz[], bytea[], text[], uuid[], boolean[], uuid[], uuid[], text[],
        text[]),
    learner.spread_keys(integer, text, uuid[]), learner.consistent_through() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    learner.keep_statements(bytea, uuid[], timestamptz[], bytea[], text[], uuid[], boolean[], uuid[], uuid[], text[],
        text[]),
    learner.consistent_through() TO onus_ingestion;
