-- safe while older services run
-- A turn rewrites many contributions and sums, and every current score, without changing what an index holds: with room
-- in their pages the new versions stay there, and no index is written. Rows that are there get it as they move.
ALTER TABLE score.contribution SET (fillfactor = 80);
ALTER TABLE score.tally SET (fillfactor = 60);
ALTER TABLE score.current SET (fillfactor = 50);
ALTER TABLE score.programme_current SET (fillfactor = 50);
-- Nothing reads it: the pages that show what falls due compute it.
DROP INDEX score.deadline_manager_idx;
