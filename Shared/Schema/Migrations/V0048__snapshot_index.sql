-- safe while older services run
-- `onus import hris` compares a snapshot with what its source has said before: assignments by source, and retractions.
-- Other types are not in the index, so most appends don't touch it. Appends wait while it is built.
CREATE INDEX event_snapshot_idx ON log.event (organization_id, type, source) WHERE type IN (1, 16);
