-- safe while older services run
-- What statements are given, personal learning among it, stays out of PostgreSQL's log, from whatever duration on an
-- operator has it log statements. Only a superuser may say so for a database; another owner has it set in the server's
-- configuration (docs/xapi.md).
DO $body$
BEGIN
    EXECUTE format('ALTER DATABASE %I SET log_parameter_max_length = 0', current_database());
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'log_parameter_max_length is for the server''s configuration to set';
END
$body$;
