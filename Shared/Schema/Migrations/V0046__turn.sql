-- safe while older services run
-- A pass over everybody of an organisation that is under way: the day's turn, or a recomputation of the scored day. It
-- goes on in slices, one transaction each, with events in between; the row is its place. An older scoring process that
-- takes over passes over everybody in one transaction instead, from whatever it finds, and moves scored_day: the row
-- then counts for nothing, because it names the scored day that it set out from.
CREATE TABLE score.turn (
    organization_id integer NOT NULL,
    day date NOT NULL,                       -- that it moves to
    scored_from date,                        -- the organisation's scored_day until then; null before the first turn
    announced_from date NOT NULL,            -- the first of the days up to `day` whose notices arise
    phase text NOT NULL CONSTRAINT turn_phase_check CHECK (phase IN ('units', 'scores')),
    reached text COLLATE "C",                -- the last unit or manager done; null: none of the phase
    CONSTRAINT turn_pkey PRIMARY KEY (organization_id)
);
ALTER TABLE score.turn ENABLE ROW LEVEL SECURITY;
CREATE POLICY turn_organization ON score.turn USING (organization_id = onus.current_organization());
-- At start a worker looks which organisations a predecessor left in the middle.
CREATE POLICY turn_scoring ON score.turn FOR SELECT TO onus_scoring USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON score.turn TO onus_scoring;
