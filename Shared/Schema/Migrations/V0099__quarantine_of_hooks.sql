-- safe while older services run

-- A vendor's item that was refused: by which hook it came and how. Its body is then the vendor's call with this item alone,
-- as far as the connector's rules name it, and a release translates it anew.
ALTER TABLE log.quarantine
    ADD COLUMN hook text,    -- its name; null: it came as an event
    ADD COLUMN call text;    -- JSON: whether it was polled, and the headers that the connector names; null where no body is kept
GRANT UPDATE (hook, call) ON log.quarantine TO onus_ingestion;
GRANT UPDATE (call) ON log.quarantine TO onus_console;

-- Until now such items were kept whole, with salaries and words that no rule names, and no release could make an event of
-- them. Their problem and hash stay, and what an operator has written for them.
UPDATE log.quarantine AS q
SET body = NULL, state = CASE WHEN q.state = 'approved' AND q.fixed IS NULL THEN 'held' ELSE q.state END
FROM hook.hook AS h
WHERE h.organization_id = q.organization_id AND h.id = q.token_id
    AND q.source IS NULL AND q.type IS NULL AND q.body IS NOT NULL;
