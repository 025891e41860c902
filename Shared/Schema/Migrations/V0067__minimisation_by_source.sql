-- safe while older services run
-- Names of members that are removed from events of one source, in place of the organisation's own list. An older
-- ingestion goes on with the organisation's list for all sources: stop it before a source gets a stricter one.
CREATE TABLE onus.minimisation (
    organization_id integer NOT NULL,
    source text NOT NULL,       -- events whose source begins with it; the longest that fits counts
    names text[] NOT NULL,
    CONSTRAINT minimisation_pkey PRIMARY KEY (organization_id, source),
    CONSTRAINT minimisation_organization_known FOREIGN KEY (organization_id) REFERENCES onus.organization (id),
    CONSTRAINT minimisation_source_is_short CHECK (char_length(source) BETWEEN 1 AND 1024),
    CONSTRAINT minimisation_names_are_few CHECK (cardinality(names) <= 1000)
);
ALTER TABLE onus.minimisation ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_minimisation ON onus.minimisation USING (organization_id = onus.current_organization());
GRANT SELECT ON onus.minimisation TO onus_ingestion, onus_console;
