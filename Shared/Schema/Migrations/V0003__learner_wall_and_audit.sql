-- safe while older services run
-- The privacy wall round personal learning, and the audit log of every look at somebody else's record.

-- Ingestion writes and can't read; the console reads and removes, for the learner who is signed in and nobody else;
-- no other service may even name the schema.
CREATE SCHEMA learner;
REVOKE ALL ON SCHEMA learner FROM PUBLIC;
GRANT USAGE ON SCHEMA learner TO onus_ingestion, onus_console;

CREATE TABLE learner.learning (
    organization_id integer NOT NULL,
    person text NOT NULL,
    identity uuid NOT NULL,
    recorded timestamptz NOT NULL DEFAULT transaction_timestamp(),
    time timestamptz NOT NULL,
    title text NOT NULL,
    provider text,
    url text,
    data text NOT NULL,
    CONSTRAINT learning_pkey PRIMARY KEY (organization_id, person, identity)
);
ALTER TABLE learner.learning ENABLE ROW LEVEL SECURITY;
CREATE POLICY arrives ON learner.learning FOR INSERT TO onus_ingestion
    WITH CHECK (organization_id = onus.current_organization());
CREATE POLICY read_by_the_learner ON learner.learning FOR SELECT TO onus_console
    USING (organization_id = onus.current_organization() AND person = onus.current_person());
CREATE POLICY removed_by_the_learner ON learner.learning FOR DELETE TO onus_console
    USING (organization_id = onus.current_organization() AND person = onus.current_person());
GRANT INSERT ON learner.learning TO onus_ingestion;
GRANT SELECT, DELETE ON learner.learning TO onus_console;

CREATE SCHEMA audit;
REVOKE ALL ON SCHEMA audit FROM PUBLIC;
GRANT USAGE ON SCHEMA audit TO onus_console, onus_ingestion;

-- Append-only for everybody, the owner included. The person whose record it was may read it.
CREATE TABLE audit.access (
    organization_id integer NOT NULL,
    person text NOT NULL,    -- whose record
    id bigint GENERATED ALWAYS AS IDENTITY,
    at timestamptz NOT NULL DEFAULT now(),
    viewer text NOT NULL,    -- a person, or a token's name
    viewer_role text NOT NULL,
    what text NOT NULL,      -- which page or resource
    reason text,
    CONSTRAINT access_pkey PRIMARY KEY (organization_id, person, id)
);
ALTER TABLE audit.access ENABLE ROW LEVEL SECURITY;
CREATE POLICY noted ON audit.access FOR INSERT TO onus_console, onus_ingestion
    WITH CHECK (organization_id = onus.current_organization());
CREATE POLICY read_by_the_person ON audit.access FOR SELECT TO onus_console
    USING (organization_id = onus.current_organization() AND person = onus.current_person());
GRANT INSERT (organization_id, person, viewer, viewer_role, what, reason)
    ON audit.access TO onus_console, onus_ingestion;
GRANT SELECT ON audit.access TO onus_console;

CREATE FUNCTION audit.refuse_change() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
    RAISE EXCEPTION 'audit.access is append-only' USING ERRCODE = 'insufficient_privilege';
END
$body$;
REVOKE ALL ON FUNCTION audit.refuse_change() FROM PUBLIC;
CREATE TRIGGER access_is_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.access
    FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();
