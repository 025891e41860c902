-- safe while older services run
-- An operator's work on rejected events: the corrected text, the wish that it be stored, and who settled it when.
ALTER TABLE log.quarantine
    ADD COLUMN fixed text,              -- the event as it was corrected, after minimisation; null: as it came
    ADD COLUMN settled timestamptz,     -- when it was approved, released or discarded
    ADD COLUMN settled_by text;         -- a person of the console, or the database's user of the operator's command
-- "approved": to be stored by ingestion, which alone may append.
ALTER TABLE log.quarantine DROP CONSTRAINT quarantine_state_known;
ALTER TABLE log.quarantine ADD CONSTRAINT quarantine_state_known
    CHECK (state IN ('held', 'approved', 'released', 'discarded')) NOT VALID;    -- no look at rows that the old one let in
-- Across organisations: ingestion looks for work in all of them, and there is rarely any.
CREATE INDEX quarantine_approved_idx ON log.quarantine (organization_id, id) WHERE state = 'approved';

GRANT USAGE ON SCHEMA log TO onus_console;
GRANT SELECT, UPDATE (state, body, fixed, settled, settled_by) ON log.quarantine TO onus_console;

-- The organisations in which an operator has approved something, at most so many: row-level security shows ingestion
-- the rows of none before it says for whom it works.
CREATE FUNCTION log.organizations_with_approved(at_most integer) RETURNS SETOF integer
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
    SELECT DISTINCT q.organization_id FROM log.quarantine AS q WHERE q.state = 'approved' LIMIT at_most
$body$;
REVOKE ALL ON FUNCTION log.organizations_with_approved(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.organizations_with_approved(integer) TO onus_ingestion;
