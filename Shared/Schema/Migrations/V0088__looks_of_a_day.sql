-- safe while older services run
-- A look that a viewer takes again and again, as at the scoreboard, is one entry a day for each person: `day` is set on
-- such an entry alone. Uniqueness stands in for a look-up, since nobody may read another person's entries.
ALTER TABLE audit.access ADD COLUMN day date;
CREATE UNIQUE INDEX access_daily_idx ON audit.access (organization_id, person, viewer, viewer_role, what, day)
    WHERE day IS NOT NULL;
GRANT INSERT (day) ON audit.access TO onus_console;
