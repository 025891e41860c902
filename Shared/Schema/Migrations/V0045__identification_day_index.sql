-- safe while older services run
-- Gaps by the day they were identified: which of them climbed on the days that a change of the organisation is about.
-- Only scoring writes here, and waits while the index is built; readers don't.
CREATE INDEX event_identified_idx ON facts.event (organization_id, day) WHERE type = 5;
