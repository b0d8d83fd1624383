-- The browser in which a session began, by the hash of its cookie: a device is revoked with its sessions.
ALTER TABLE session ADD COLUMN browser TEXT COLLATE "C";

-- What the browser calls itself, when its access ended, and when it said that nothing is left on it.
ALTER TABLE device ADD COLUMN label TEXT COLLATE "C";
ALTER TABLE device ADD COLUMN revoked BIGINT;
ALTER TABLE device ADD COLUMN cleared BIGINT;

-- A link by which somebody sets a password: after an invitation, or a reset. The newest one counts.
CREATE TABLE link (
    org BIGINT NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    token_hash TEXT COLLATE "C" NOT NULL,
    expires BIGINT NOT NULL,
    PRIMARY KEY (org, user_id)
);
CREATE UNIQUE INDEX link_token ON link (org, token_hash);

-- What a device sent after its access had ended. An administrator accepts or discards each entry.
CREATE TABLE quarantine (
    org BIGINT NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    client TEXT COLLATE "C" NOT NULL,
    n BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    v INTEGER NOT NULL,
    args TEXT NOT NULL,
    about TEXT NOT NULL,
    happened BIGINT NOT NULL,
    business_date TEXT COLLATE "C" NOT NULL,
    arrived BIGINT NOT NULL,
    -- Absent until somebody has decided.
    accepted BOOLEAN,
    decided BIGINT,
    decided_by TEXT COLLATE "C",
    PRIMARY KEY (org, id)
);
CREATE INDEX quarantine_open ON quarantine (org, user_id, client, n) WHERE accepted IS NULL;
