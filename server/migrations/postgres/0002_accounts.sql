-- Passwords as Argon2id hashes in PHC form.
CREATE TABLE credential (
    org BIGINT NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    hash TEXT NOT NULL,
    changed BIGINT NOT NULL,
    PRIMARY KEY (org, user_id)
);

-- Tokens are kept only as their SHA-256.
CREATE TABLE session (
    org BIGINT NOT NULL,
    token_hash TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    client TEXT COLLATE "C",
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    PRIMARY KEY (org, token_hash)
);
CREATE INDEX session_of_user ON session (org, user_id);
CREATE INDEX session_expiry ON session (org, expires);

-- Browsers in which somebody signed in before; guessing elsewhere does not slow these down.
CREATE TABLE device (
    org BIGINT NOT NULL,
    token_hash TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    last_sign_in BIGINT NOT NULL,
    PRIMARY KEY (org, token_hash, user_id)
);
