-- safe while older services run
-- Proves what V0066 added NOT VALID. Rows are read under SHARE UPDATE EXCLUSIVE: everybody goes on reading and writing.
--
-- V0066 also built quarantine_approved_idx plainly, for which appends to the quarantine waited; the table was small. An
-- index on a table that may be large is the one statement of a file whose second line is "-- no transaction":
-- CREATE INDEX CONCURRENTLY. On the partitioned log it is one such file for each partition's table that is there, after
-- CREATE INDEX … ON ONLY, and ALTER INDEX … ATTACH PARTITION (CONTRIBUTING.md).
ALTER TABLE log.quarantine VALIDATE CONSTRAINT quarantine_state_known;

-- Ingestion changes these columns and no others: neither whose a row is nor what names it.
REVOKE UPDATE ON log.quarantine FROM onus_ingestion;
GRANT UPDATE (pointer, title, detail, body, fixed, times, last_received, state, settled, settled_by)
    ON log.quarantine TO onus_ingestion;
