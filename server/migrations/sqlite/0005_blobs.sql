-- The bytes of photos and files, by the record that names them: a hash alone opens nothing.
CREATE TABLE blob (
    org BIGINT NOT NULL,
    kind SMALLINT NOT NULL,
    id TEXT NOT NULL,
    digest TEXT NOT NULL,
    -- How many bytes have arrived, from the first on.
    held BIGINT NOT NULL,
    -- All of them are here, and they are what the digest says.
    whole BOOLEAN NOT NULL,
    -- When the last piece came.
    arrived BIGINT NOT NULL,
    PRIMARY KEY (org, kind, id, digest)
);

-- SQLite has no type of this name and takes bytes as they are.
CREATE TABLE blob_piece (
    org BIGINT NOT NULL,
    kind SMALLINT NOT NULL,
    id TEXT NOT NULL,
    digest TEXT NOT NULL,
    -- The place of its first byte.
    start BIGINT NOT NULL,
    bytes BYTEA NOT NULL,
    PRIMARY KEY (org, kind, id, digest, start)
);
