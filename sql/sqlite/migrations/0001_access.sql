-- Clients that are managed by `upsertd client`, and tokens that were withdrawn before their time.
-- Times are seconds since 1970, in UTC.

-- One row: the number of the last change. Every change raises it first, and so waits for the one before it: whoever
-- has read all changes up to a number has missed none.
CREATE TABLE upsertd_access (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    version INTEGER NOT NULL
);
INSERT INTO upsertd_access (id, version) VALUES (1, 0);

CREATE TABLE upsertd_clients (
    -- Compared by the letter.
    id TEXT NOT NULL PRIMARY KEY COLLATE BINARY,
    -- argon2id. NULL: a client of the configuration or of an issuer, noted because it was revoked.
    secret_hash TEXT,
    -- The secret before the last rotation, and until when it is still taken.
    former_hash TEXT,
    former_until INTEGER,
    -- JSON: {"roles": […], "grants": […]}.
    rights TEXT NOT NULL,
    -- JSON: SHA-256 of each app token, in hexadecimal digits.
    app_tokens TEXT NOT NULL,
    -- Tokens of another generation are of no use any more.
    generation INTEGER NOT NULL,
    revoked INTEGER NOT NULL CHECK (revoked IN (0, 1)),
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    -- That of the last change.
    version INTEGER NOT NULL
);
CREATE INDEX upsertd_clients_version ON upsertd_clients (version);

CREATE TABLE upsertd_revoked (
    -- The token's own id.
    token_id TEXT NOT NULL PRIMARY KEY COLLATE BINARY,
    -- When it would have expired; the row is of no use afterwards.
    until INTEGER NOT NULL,
    version INTEGER NOT NULL
);
CREATE INDEX upsertd_revoked_version ON upsertd_revoked (version);
CREATE INDEX upsertd_revoked_until ON upsertd_revoked (until);
