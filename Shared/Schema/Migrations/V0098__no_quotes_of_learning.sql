-- safe while older services run

-- Of a rejected event that may be personal learning the hash and the problem alone are kept. The problem's words quoted up
-- to 40 characters of what was wrong; ingestion no longer writes that for them, and here goes what it has written.
UPDATE log.quarantine SET detail = split_part(detail, ', got "', 1)
WHERE type IS NULL AND body IS NULL AND strpos(detail, ', got "') > 0;
