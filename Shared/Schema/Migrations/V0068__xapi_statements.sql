-- safe while older services run
-- Statements of xAPI as they came. All of them stand behind the wall, those that are tied to the job as well: nobody reads
-- the table, and what a token's holder has brought is given back to a holder of a token of the same name alone.
CREATE TABLE learner.statement (
    organization_id integer NOT NULL,
    bringer text NOT NULL,    -- the name of the token that brought it
    id uuid NOT NULL,
    seq bigint GENERATED ALWAYS AS IDENTITY,    -- the order within one moment
    stored timestamptz NOT NULL DEFAULT clock_timestamp(),    -- the order of lists
    time timestamptz NOT NULL,
    digest bytea NOT NULL,    -- of what may not differ between two statements of one id
    person text,              -- whose learning it has become
    identity uuid,            -- of the event or the learning that it has become
    is_job boolean NOT NULL,
    voids uuid,               -- the statement that it makes void
    keys uuid[] NOT NULL,     -- what it is found by, hashed
    document text,            -- null: the learner has removed it
    CONSTRAINT statement_pkey PRIMARY KEY (organization_id, bringer, id)
);
CREATE INDEX statement_list_idx ON learner.statement (organization_id, bringer, stored, seq);    -- pages, and what is new
CREATE INDEX statement_keys_idx ON learner.statement USING gin (keys);                   -- filters
-- Is this one void?
CREATE INDEX statement_voids_idx ON learner.statement (organization_id, bringer, voids) WHERE voids IS NOT NULL;
-- What goes with a learning that its learner removes.
CREATE INDEX statement_identity_idx ON learner.statement (organization_id, identity) WHERE identity IS NOT NULL;
ALTER TABLE learner.statement ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_statements ON learner.statement USING (organization_id = onus.current_organization());

-- Whose statements a secret opens. Whoever has no secret at hand that is valid now opens nothing, whatever it may call.
CREATE FUNCTION learner.bringer(secret_hash bytea, OUT organization_id integer, OUT name text)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
    SELECT a.organization_id, a.name INTO organization_id, name
    FROM onus.authenticate(secret_hash) AS a WHERE a.role IN ('admin', 'lms');
    IF NOT FOUND OR organization_id IS DISTINCT FROM onus.current_organization() THEN
        RAISE EXCEPTION 'no valid token of this organisation' USING ERRCODE = 'insufficient_privilege';
    END IF;
END
$body$;
REVOKE ALL ON FUNCTION learner.bringer(bytea) FROM PUBLIC;

-- Keeps statements and says of each what became of it: new; void, which is new and makes nothing; same, which was known;
-- different, where another one has the id. A voiding one takes its target's learning out of the learner's list and names
-- its target's event, where there is one to retract.
CREATE FUNCTION learner.bring_statements(
    secret_hash bytea, new_ids uuid[], new_times timestamptz[], are_timed boolean[], new_digests bytea[],
    new_people text[], new_identities uuid[], are_job boolean[], targets uuid[], new_keys text[], new_documents text[])
    RETURNS TABLE (id uuid, outcome text, retracts uuid)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
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
$body$;

-- One statement, if it was brought with a token of this name: void ones when these are asked for, and no others then.
CREATE FUNCTION learner.statement_brought(secret_hash bytea, wanted uuid, is_void boolean)
    RETURNS TABLE (stored timestamptz, document text)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
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
$body$;

-- A page of those brought with a token of this name, behind the one stored then of that number; cut at 4 MB, `found` counts
-- those of it before the cut.
CREATE FUNCTION learner.statements_brought(
    secret_hash bytea, wanted_keys uuid[], since timestamptz, until timestamptz, last_stored timestamptz, last_seq bigint,
    ascending boolean, at_most integer)
    RETURNS TABLE (seq bigint, stored timestamptz, document text, found bigint)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
AS $body$
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
$body$;

REVOKE ALL ON FUNCTION
    learner.bring_statements(bytea, uuid[], timestamptz[], boolean[], bytea[], text[], uuid[], boolean[], uuid[], text[],
        text[]),
    learner.statement_brought(bytea, uuid, boolean),
    learner.statements_brought(bytea, uuid[], timestamptz, timestamptz, timestamptz, bigint, boolean, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    learner.bring_statements(bytea, uuid[], timestamptz[], boolean[], bytea[], text[], uuid[], boolean[], uuid[], text[],
        text[]),
    learner.statement_brought(bytea, uuid, boolean),
    learner.statements_brought(bytea, uuid[], timestamptz, timestamptz, timestamptz, bigint, boolean, integer) TO onus_ingestion;

-- What a learner removes is gone for whoever brought it, too. What is left is enough to know it when it is sent again.
CREATE FUNCTION learner.forget_statement() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
    UPDATE learner.statement AS s SET document = NULL, keys = '{}', person = NULL
    WHERE s.organization_id = OLD.organization_id AND s.identity = OLD.identity
        -- Its bringer has voided it: not the learner's doing.
        AND NOT EXISTS (
            SELECT FROM learner.statement AS v
            WHERE v.organization_id = s.organization_id AND v.bringer = s.bringer AND v.voids = s.id);
    RETURN NULL;
END
$body$;
REVOKE ALL ON FUNCTION learner.forget_statement() FROM PUBLIC;
CREATE TRIGGER statement_goes_with_learning
    AFTER DELETE ON learner.learning FOR EACH ROW EXECUTE FUNCTION learner.forget_statement();
