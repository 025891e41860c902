-- safe while older services run
-- The facts: one row per event that scoring has consumed, with the members it is looked up by in columns of their
-- own. A projection of the log (`onus replay` rebuilds it): never the source of truth, so nothing here is kept that
-- the log does not hold.
CREATE SCHEMA facts;

CREATE TABLE facts.event (
    organization_id integer NOT NULL,
    identity uuid NOT NULL,                  -- as in log.identity
    type smallint NOT NULL,                  -- EventType.code
    day date NOT NULL,                       -- UTC date of time: the fact's day
    time timestamptz NOT NULL,
    source text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    recorded timestamptz NOT NULL,           -- when the log took it
    person text COLLATE "C",                 -- data.person; not set for events about a gap or a role alone
    gap text COLLATE "C",
    actor text COLLATE "C",                  -- coach, by, requestedBy, observer, from or manager
    role text COLLATE "C",
    programme text COLLATE "C",
    target uuid,                             -- the identity that a correction names
    data text NOT NULL,                      -- minimised JSON, as in the log
    CONSTRAINT event_pkey PRIMARY KEY (organization_id, identity)
);
-- A unit's own events.
CREATE INDEX event_person_idx ON facts.event (organization_id, person) WHERE person IS NOT NULL;
-- All events of a gap: who has it, what was done, how it ended.
CREATE INDEX event_gap_idx ON facts.event (organization_id, gap) WHERE gap IS NOT NULL;
-- Corrections of an event.
CREATE INDEX event_target_idx ON facts.event (organization_id, target) WHERE target IS NOT NULL;
-- Training requests of a requester (type 13), whose missing or unknown gap makes them part of the requester's unit.
CREATE INDEX event_requester_idx ON facts.event (organization_id, actor) WHERE type = 13;
-- The organisation's history (types 1 to 3), read whole when a worker takes over.
CREATE INDEX event_organization_idx ON facts.event (organization_id) WHERE type <= 3;

ALTER TABLE facts.event ENABLE ROW LEVEL SECURITY;
CREATE POLICY event_organization ON facts.event USING (organization_id = onus.current_organization());

GRANT USAGE ON SCHEMA facts TO onus_scoring, onus_notification, onus_console;
GRANT SELECT, INSERT ON facts.event TO onus_scoring;
GRANT SELECT ON facts.event TO onus_notification, onus_console;
