-- Requests that are not to act twice, by a hash of the client and the key that it sent. What a write came to is kept
-- by the write itself, in its transaction; the answer afterwards. Who runs a request holds an application lock meanwhile.

CREATE TABLE dbo.upsertd_idempotency (
    key_hash binary(32) NOT NULL CONSTRAINT PK_upsertd_idempotency PRIMARY KEY,
    client nvarchar(256) NOT NULL,
    -- Of the request: another one under the same key is refused.
    fingerprint binary(32) NOT NULL,
    -- UTC.
    at datetime2(3) NOT NULL,
    -- The answer; NULL until it is there.
    status int NULL,
    headers nvarchar(max) NULL,
    body varbinary(max) NULL
);
CREATE INDEX IX_upsertd_idempotency_at ON dbo.upsertd_idempotency (at);
GO
CREATE TABLE dbo.upsertd_idempotency_steps (
    key_hash binary(32) NOT NULL,
    -- Which of the request's writes, from 0.
    step int NOT NULL,
    -- The number of a part's first row, where a write has parts; else 0.
    part bigint NOT NULL,
    -- JSON: what the write came to.
    outcome nvarchar(max) NOT NULL,
    CONSTRAINT PK_upsertd_idempotency_steps PRIMARY KEY (key_hash, step, part)
);
