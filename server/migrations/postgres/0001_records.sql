-- Everything is keyed by organisation. Ids are lower-case hyphenated text; their order means nothing in time.
-- A group is (kind, id) of its root record; what roles alone decide has group kind -1 and an empty id.

-- The names of the kind numbers, for whoever reads these tables with other tools.
CREATE TABLE kind (
    number SMALLINT NOT NULL PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL
);

-- Locked first by every transaction that writes.
CREATE TABLE org (
    number BIGINT NOT NULL PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    incarnation TEXT COLLATE "C" NOT NULL,
    head_rev BIGINT NOT NULL
);

CREATE TABLE record (
    org BIGINT NOT NULL,
    kind SMALLINT NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    rev BIGINT NOT NULL,
    group_kind SMALLINT NOT NULL,
    group_id TEXT COLLATE "C" NOT NULL,
    deleted BOOLEAN NOT NULL,
    due TEXT COLLATE "C",
    body TEXT NOT NULL,
    PRIMARY KEY (org, kind, id)
);
-- The feed walks this one alone; bodies are read by page.
CREATE INDEX record_in_order ON record (org, rev, kind, id, group_kind, group_id);
CREATE INDEX record_of_group ON record (org, group_kind, group_id, rev, kind, id);
CREATE INDEX record_due ON record (org, due) WHERE due IS NOT NULL;

CREATE TABLE reference (
    org BIGINT NOT NULL,
    kind SMALLINT NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    parent_kind SMALLINT NOT NULL,
    parent_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (org, parent_kind, parent_id, kind, id)
);
CREATE INDEX reference_of_record ON reference (org, kind, id);

CREATE TABLE lookup_key (
    org BIGINT NOT NULL,
    kind SMALLINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (org, kind, name, value, id)
);
CREATE INDEX lookup_key_of_record ON lookup_key (org, kind, id);

CREATE TABLE member (
    org BIGINT NOT NULL,
    group_kind SMALLINT NOT NULL,
    group_id TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    writes BOOLEAN NOT NULL,
    since BIGINT NOT NULL,
    from_rev BIGINT NOT NULL,
    until_rev BIGINT,
    left_sight BOOLEAN NOT NULL,
    PRIMARY KEY (org, group_kind, group_id, user_id, from_rev)
);
CREATE INDEX member_open ON member (org, user_id, group_kind, group_id, since) WHERE until_rev IS NULL;
CREATE INDEX member_gained ON member (org, user_id, since) WHERE until_rev IS NULL;
CREATE INDEX member_left ON member (org, user_id, until_rev, group_kind, group_id) WHERE left_sight;

CREATE TABLE moved (
    org BIGINT NOT NULL,
    rev BIGINT NOT NULL,
    kind SMALLINT NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    from_kind SMALLINT NOT NULL,
    from_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (org, rev, kind, id)
);

CREATE TABLE client (
    org BIGINT NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    expected BIGINT NOT NULL,
    unsent BIGINT NOT NULL,
    last_contact BIGINT NOT NULL,
    PRIMARY KEY (org, id)
);

-- Append-only: who did what, when, on which device, with what outcome. It is the audit trail.
CREATE TABLE journal (
    org BIGINT NOT NULL,
    rev BIGINT NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    n BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    v INTEGER NOT NULL,
    args TEXT NOT NULL,
    about TEXT NOT NULL,
    happened BIGINT NOT NULL,
    happened_raw BIGINT NOT NULL,
    business_date TEXT COLLATE "C" NOT NULL,
    arrived BIGINT NOT NULL,
    seen BIGINT NOT NULL,
    hash TEXT COLLATE "C" NOT NULL,
    author TEXT COLLATE "C",
    client TEXT COLLATE "C",
    verdict TEXT NOT NULL,
    late BOOLEAN NOT NULL,
    odd_date BOOLEAN NOT NULL,
    -- Differs between two histories, even if the same entries stand at the same revisions.
    mark TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (org, rev)
);
CREATE UNIQUE INDEX journal_id ON journal (org, id);
CREATE INDEX journal_of_client ON journal (org, client, rev);

-- What each record was before a mutation; a record that was created has no body.
CREATE TABLE journal_before (
    org BIGINT NOT NULL,
    rev BIGINT NOT NULL,
    kind SMALLINT NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    old_rev BIGINT,
    group_kind SMALLINT,
    group_id TEXT COLLATE "C",
    body TEXT,
    PRIMARY KEY (org, rev, kind, id)
);
-- A record's history.
CREATE INDEX journal_before_of_record ON journal_before (org, kind, id, rev);
