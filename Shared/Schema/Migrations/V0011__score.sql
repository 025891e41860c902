-- safe while older services run
-- What scoring derives from the facts. Everything save score.published is a projection that `onus replay` rebuilds.
CREATE SCHEMA score;

-- The exact trials and credit that one person's facts (the unit) give to one manager or programme (the subject).
CREATE TABLE score.contribution (
    organization_id integer NOT NULL,
    unit text COLLATE "C" NOT NULL,
    scope text NOT NULL CONSTRAINT contribution_scope_check CHECK (scope IN ('manager', 'programme')),
    subject text COLLATE "C" NOT NULL,
    body bytea NOT NULL,                     -- exact fractions, Contribution.encoded
    CONSTRAINT contribution_pkey PRIMARY KEY (organization_id, unit, scope, subject)
);

-- The exact sum of a subject's contributions, kept by difference: an event costs one unit's work, not a team's.
CREATE TABLE score.tally (
    organization_id integer NOT NULL,
    scope text NOT NULL CONSTRAINT tally_scope_check CHECK (scope IN ('manager', 'programme')),
    subject text COLLATE "C" NOT NULL,
    body bytea NOT NULL,
    CONSTRAINT tally_pkey PRIMARY KEY (organization_id, scope, subject)
);

-- Each manager's score on the organisation's scored day.
CREATE TABLE score.current (
    organization_id integer NOT NULL,
    manager text COLLATE "C" NOT NULL,
    day date NOT NULL,
    level double precision NOT NULL,
    score double precision,                  -- 0 to 100; score, low and high are null where insufficient
    low double precision,
    high double precision,
    status text NOT NULL CONSTRAINT current_status_check
        CHECK (status IN ('insufficient', 'owning', 'mixed', 'outsourced')),
    measures jsonb NOT NULL,                 -- {"coaching": {"n": …, "s": …, "mean": …, "variance": …}, …}
    policy_version integer NOT NULL,
    computed timestamptz NOT NULL,
    turn_status text,                        -- the status at the day's last turn; null for one that came since
    CONSTRAINT current_pkey PRIMARY KEY (organization_id, manager)
);

-- Every score as it was published, never rewritten: the greatest computed of a day is that day's.
CREATE TABLE score.published (
    organization_id integer NOT NULL,
    manager text COLLATE "C" NOT NULL,
    day date NOT NULL,
    computed timestamptz NOT NULL,
    level double precision,
    score double precision,
    low double precision,
    high double precision,
    status text CONSTRAINT published_status_check  -- null: from this instant no measure applies, there is no score
        CHECK (status IN ('insufficient', 'owning', 'mixed', 'outsourced')),
    measures jsonb NOT NULL,
    policy_version integer NOT NULL,
    CONSTRAINT published_pkey PRIMARY KEY (organization_id, manager, day, computed)
);

CREATE TABLE score.programme_current (
    organization_id integer NOT NULL,
    programme text COLLATE "C" NOT NULL,
    day date NOT NULL,
    delivered integer NOT NULL,
    changed integer NOT NULL,
    status text NOT NULL CONSTRAINT programme_current_status_check CHECK (status IN ('linked', 'unlinked')),
    measures jsonb NOT NULL,
    policy_version integer NOT NULL,
    computed timestamptz NOT NULL,
    turn_status text,
    CONSTRAINT programme_current_pkey PRIMARY KEY (organization_id, programme)
);

CREATE TABLE score.programme_published (
    organization_id integer NOT NULL,
    programme text COLLATE "C" NOT NULL,
    day date NOT NULL,
    computed timestamptz NOT NULL,
    delivered integer,
    changed integer,
    status text CONSTRAINT programme_published_status_check CHECK (status IN ('linked', 'unlinked')),
    measures jsonb NOT NULL,
    policy_version integer NOT NULL,
    CONSTRAINT programme_published_pkey PRIMARY KEY (organization_id, programme, day, computed)
);

-- What falls due after the scored day as the facts stand, replaced whenever the unit is computed.
CREATE TABLE score.deadline (
    organization_id integer NOT NULL,
    unit text COLLATE "C" NOT NULL,
    key uuid NOT NULL,                       -- digest of measure, manager, gap and day
    measure text NOT NULL,                   -- whose trial is pending
    day date NOT NULL,                       -- its due day
    manager text COLLATE "C" NOT NULL,
    gap text COLLATE "C" NOT NULL,
    CONSTRAINT deadline_pkey PRIMARY KEY (organization_id, unit, key)
);
-- A manager's agenda.
CREATE INDEX deadline_manager_idx ON score.deadline (organization_id, manager, day);

-- Units whose facts are written and whose contributions are still to be computed: left by a drain of a backlog,
-- which computes each unit once at its end instead of once a batch.
CREATE TABLE score.mark (
    organization_id integer NOT NULL,
    unit text COLLATE "C" NOT NULL,
    CONSTRAINT mark_pkey PRIMARY KEY (organization_id, unit)
);

-- Events of a backlog that may be news, until the units they bear on are computed: they announce also where their own
-- day is past.
CREATE TABLE score.arrival (
    organization_id integer NOT NULL,
    identity uuid NOT NULL,
    CONSTRAINT arrival_pkey PRIMARY KEY (organization_id, identity)
);

-- The last writer of an organisation's facts. A worker whose name stands here may trust what it remembers.
CREATE TABLE score.writer (
    organization_id integer NOT NULL,
    worker uuid NOT NULL,
    CONSTRAINT writer_pkey PRIMARY KEY (organization_id)
);

-- Events that scoring could not take in: set aside with the reason, so that one of them does not stop the rest.
CREATE TABLE score.parked (
    organization_id integer NOT NULL,
    identity uuid NOT NULL,
    source text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    parked timestamptz NOT NULL DEFAULT now(),
    error text NOT NULL,
    CONSTRAINT parked_pkey PRIMARY KEY (organization_id, identity)
);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[
        'contribution', 'tally', 'current', 'published', 'programme_current', 'programme_published', 'deadline',
        'mark', 'arrival', 'writer', 'parked'
    ] LOOP
        EXECUTE format('ALTER TABLE score.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY %I ON score.%I USING (organization_id = onus.current_organization())',
            name || '_organization', name);
    END LOOP;
END
$$;

-- At start a worker looks which organisations a predecessor left marks for.
CREATE POLICY mark_scoring ON score.mark FOR SELECT TO onus_scoring USING (true);
CREATE POLICY arrival_scoring ON score.arrival FOR SELECT TO onus_scoring USING (true);

GRANT USAGE ON SCHEMA score TO onus_scoring, onus_console;
GRANT SELECT, INSERT, UPDATE, DELETE
    ON score.contribution, score.tally, score.current, score.programme_current, score.deadline, score.mark,
        score.arrival, score.writer
    TO onus_scoring;
GRANT SELECT, INSERT ON score.published, score.programme_published, score.parked TO onus_scoring;
GRANT SELECT ON score.current, score.published, score.programme_current, score.programme_published, score.deadline
    TO onus_console;
