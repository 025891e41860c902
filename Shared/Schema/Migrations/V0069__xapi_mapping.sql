-- safe while older services run
-- Which statements of xAPI an organisation ties to the job (docs/xapi.md). No row: none; all are the learners' own.
CREATE TABLE onus.statement_mapping (
    organization_id integer NOT NULL,
    document text NOT NULL,    -- JSON, as the operator's command has checked it
    changed timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT statement_mapping_pkey PRIMARY KEY (organization_id),
    CONSTRAINT statement_mapping_organization_known FOREIGN KEY (organization_id) REFERENCES onus.organization (id)
);
ALTER TABLE onus.statement_mapping ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_statement_mapping ON onus.statement_mapping USING (organization_id = onus.current_organization());
GRANT SELECT ON onus.statement_mapping TO onus_ingestion;
