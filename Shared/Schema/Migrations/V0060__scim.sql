-- safe while older services run
-- What identity providers keep in Onus by SCIM 2.0. Only ingestion reads and writes it: everybody else sees people by
-- the events that each change here becomes.

CREATE SCHEMA scim;
REVOKE ALL ON SCHEMA scim FROM PUBLIC;
GRANT USAGE ON SCHEMA scim TO onus_ingestion;

-- Users. Names and addresses stand in `document` alone; what is looked up by is kept as a hash.
CREATE TABLE scim.account (
    organization_id integer NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    ordinal bigint GENERATED ALWAYS AS IDENTITY,    -- the order of lists
    version integer NOT NULL DEFAULT 1,
    created timestamptz NOT NULL DEFAULT now(),
    modified timestamptz NOT NULL DEFAULT now(),
    user_name_key uuid NOT NULL,    -- the first 16 bytes of SHA-256 over organisation, kind and folded text
    person text NOT NULL,           -- externalId, else userName
    manager text,                   -- the person that the manager reference stands for
    manager_account uuid,           -- the account that it names, where it is one: follows that account's renaming
    unit text,                      -- of the groups; the department, which goes before it, is in the document
    events integer NOT NULL DEFAULT 0,    -- how many it has become; makes their identifiers
    last_event timestamptz NOT NULL DEFAULT '-infinity',    -- later ones are later, whatever the clock does
    document text NOT NULL,         -- compact JSON in the schema's order
    CONSTRAINT account_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT account_organization_known FOREIGN KEY (organization_id) REFERENCES onus.organization (id),
    CONSTRAINT account_user_name_unique UNIQUE (organization_id, user_name_key),
    CONSTRAINT account_person_unique UNIQUE (organization_id, person)
);
CREATE INDEX account_list_idx ON scim.account (organization_id, ordinal);    -- pages in a stable order
-- Whose reports follow when an account gets another person.
CREATE INDEX account_manager_idx ON scim.account (organization_id, manager_account) WHERE manager_account IS NOT NULL;

-- The addresses of accounts, hashed: who has this one?
CREATE TABLE scim.address (
    organization_id integer NOT NULL,
    key uuid NOT NULL,
    account_id uuid NOT NULL,
    CONSTRAINT address_pkey PRIMARY KEY (organization_id, key, account_id),
    CONSTRAINT address_account_known FOREIGN KEY (organization_id, account_id)
        REFERENCES scim.account (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX address_account_idx ON scim.address (organization_id, account_id);    -- of an account that changes

-- Groups.
CREATE TABLE scim.unit (
    organization_id integer NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    ordinal bigint GENERATED ALWAYS AS IDENTITY,
    version integer NOT NULL DEFAULT 1,
    created timestamptz NOT NULL DEFAULT now(),
    modified timestamptz NOT NULL DEFAULT now(),
    name text NOT NULL,
    name_key uuid NOT NULL,
    external_id text,
    CONSTRAINT unit_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT unit_organization_known FOREIGN KEY (organization_id) REFERENCES onus.organization (id),
    CONSTRAINT unit_name_unique UNIQUE (organization_id, name_key)
);
CREATE INDEX unit_list_idx ON scim.unit (organization_id, ordinal);
CREATE INDEX unit_external_id_idx ON scim.unit (organization_id, external_id) WHERE external_id IS NOT NULL;

CREATE TABLE scim.unit_member (
    organization_id integer NOT NULL,
    unit_id uuid NOT NULL,
    account_id uuid NOT NULL,
    CONSTRAINT unit_member_pkey PRIMARY KEY (organization_id, unit_id, account_id),
    CONSTRAINT unit_member_unit_known FOREIGN KEY (organization_id, unit_id)
        REFERENCES scim.unit (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT unit_member_account_known FOREIGN KEY (organization_id, account_id)
        REFERENCES scim.account (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX unit_member_account_idx ON scim.unit_member (organization_id, account_id);    -- of which unit is somebody?

ALTER TABLE scim.account ENABLE ROW LEVEL SECURITY;
ALTER TABLE scim.address ENABLE ROW LEVEL SECURITY;
ALTER TABLE scim.unit ENABLE ROW LEVEL SECURITY;
ALTER TABLE scim.unit_member ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_accounts ON scim.account USING (organization_id = onus.current_organization());
CREATE POLICY own_addresses ON scim.address USING (organization_id = onus.current_organization());
CREATE POLICY own_units ON scim.unit USING (organization_id = onus.current_organization());
CREATE POLICY own_unit_members ON scim.unit_member USING (organization_id = onus.current_organization());

GRANT SELECT, DELETE,
    INSERT (organization_id, id, user_name_key, person, manager, manager_account, unit, events, last_event, document,
        created, modified),
    UPDATE (version, modified, user_name_key, person, manager, manager_account, unit, events, last_event, document)
    ON scim.account TO onus_ingestion;
GRANT SELECT, INSERT, DELETE ON scim.address TO onus_ingestion;
GRANT SELECT, DELETE, INSERT (organization_id, id, name, name_key, external_id, created, modified),
    UPDATE (version, modified, name, name_key, external_id) ON scim.unit TO onus_ingestion;
GRANT SELECT, INSERT, DELETE ON scim.unit_member TO onus_ingestion;
