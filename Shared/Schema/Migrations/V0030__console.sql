-- safe while older services run
-- The console opens a manager's evidence: which units give to the manager's score.
GRANT SELECT ON score.contribution TO onus_console;
-- From a manager or programme to its units, the other way round than scoring goes.
CREATE INDEX contribution_subject_idx ON score.contribution (organization_id, scope, subject);
