-- Requests that are not to act twice, by a hash of the client and the key that it sent. What a write came to is kept
-- by the write itself, in its transaction; the answer afterwards. Who runs a request holds a lock on a file meanwhile.

CREATE TABLE upsertd_idempotency (
    key_hash BLOB NOT NULL PRIMARY KEY,
    client TEXT NOT NULL,
    -- Of the request: another one under the same key is refused.
    fingerprint BLOB NOT NULL,
    -- Seconds since 1970, in UTC.
    at INTEGER NOT NULL,
    -- The answer; NULL until it is there.
    status INTEGER,
    headers TEXT,
    body BLOB
);
CREATE INDEX upsertd_idempotency_at ON upsertd_idempotency (at);

CREATE TABLE upsertd_idempotency_steps (
    key_hash BLOB NOT NULL,
    -- Which of the request's writes, from 0.
    step INTEGER NOT NULL,
    -- The number of the first row that it is about, where a write has rows; else 0.
    part INTEGER NOT NULL,
    -- JSON: what the write came to.
    outcome TEXT NOT NULL,
    PRIMARY KEY (key_hash, step, part)
);
