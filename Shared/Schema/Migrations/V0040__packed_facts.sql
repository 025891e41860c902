-- safe while older services run
-- Bulk scoring reads facts in person order without touching the table: see docs/decisions/0011. Rows of an older
-- service leave both columns null; they are then read as JSON.

-- Whose trials rest on the fact. Of a gap's facts and of requests that name a gap: the one person whom its
-- identifications name. Null where they name several or none, and for facts that no trial rests on.
ALTER TABLE facts.event ADD COLUMN unit text COLLATE "C";
-- What scoring reads of the fact (PackedFact); empty where it reads nothing, null where it is too long for an index.
ALTER TABLE facts.event ADD COLUMN packed bytea;

-- The facts of all units, in their order.
CREATE INDEX event_unit_idx ON facts.event (organization_id, unit) INCLUDE (packed) WHERE unit IS NOT NULL;
-- What all units share: assignments, roles, leave, and corrections.
CREATE INDEX event_shared_idx ON facts.event (organization_id, type) INCLUDE (packed)
    WHERE type <= 3 OR target IS NOT NULL;
-- What bulk scoring has to look at on its own: not packed, or a gap whose identifications name several persons.
CREATE INDEX event_apart_idx ON facts.event (organization_id)
    WHERE (packed IS NULL AND type <> 2) OR (type = 5 AND unit IS NULL);
-- Its work is done by event_shared_idx.
DROP INDEX facts.event_organization_idx;

-- A gap's facts may come before the gap's identification, which says whose they are.
GRANT UPDATE (unit) ON facts.event TO onus_scoring;
