-- safe while older services run
-- The policy by which a pass over everybody computes: where another one holds by the next slice, the pass begins anew.
ALTER TABLE score.turn ADD COLUMN policy_version integer;    -- null: an older service began it
