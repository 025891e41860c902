-- safe while older services run
-- Ingestion changes how a poll stands, and never whose it is.
REVOKE UPDATE ON hook.poll FROM onus_ingestion;
GRANT UPDATE (due, wanted, lease, leased, leased_until, cursor, page, high, began, failures, last_error, last_success)
    ON hook.poll TO onus_ingestion;
