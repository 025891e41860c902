-- safe while older services run

-- Where vendors' webhooks arrive and what is polled. A hook's name stands in its address, so it says whose call it is
-- before anything else is known: no two organisations share one. Of secrets only the names are kept here; the secrets
-- themselves are in files or variables of the service.
CREATE SCHEMA hook;
REVOKE ALL ON SCHEMA hook FROM PUBLIC;
GRANT USAGE ON SCHEMA hook TO onus_ingestion;

CREATE TABLE hook.hook (
    organization_id integer NOT NULL REFERENCES onus.organization (id),
    name text NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),    -- the sender in the quarantine, as a token's is
    connector text NOT NULL,
    role text NOT NULL DEFAULT 'integration',
    secret text,        -- what calls are verified with
    api_secret text,    -- what is shown to the vendor when polling
    settings jsonb NOT NULL DEFAULT '{}',
    created timestamptz NOT NULL DEFAULT now(),
    disabled timestamptz,
    CONSTRAINT hook_pkey PRIMARY KEY (organization_id, name),
    CONSTRAINT hook_name_unique UNIQUE (name),
    CONSTRAINT hook_name_is_slug CHECK (name ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    CONSTRAINT hook_connector_is_slug CHECK (connector ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    CONSTRAINT hook_role_known CHECK (role IN ('integration', 'lms')),
    CONSTRAINT hook_secret_is_name CHECK (secret ~ '^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$'),
    CONSTRAINT hook_api_secret_is_name CHECK (api_secret ~ '^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$'),
    CONSTRAINT hook_settings_are_object CHECK (jsonb_typeof(settings) = 'object')
);
ALTER TABLE hook.hook ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_hooks ON hook.hook USING (organization_id = onus.current_organization());
-- A call names its hook, and with it its organisation; there is nothing of a person here.
CREATE POLICY every_hook ON hook.hook FOR SELECT TO onus_ingestion USING (true);
GRANT SELECT ON hook.hook TO onus_ingestion;
