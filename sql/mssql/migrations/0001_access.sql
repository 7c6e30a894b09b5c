-- Clients that are managed by `upsertd client`, and tokens that were withdrawn before their time.
-- Times are seconds since 1970, in UTC. Ids are compared by the letter, whatever the database's collation.

-- One row: the number of the last change. Every change raises it first, and so waits for the one before it: whoever
-- has read all changes up to a number has missed none.
CREATE TABLE dbo.upsertd_access (
    id int NOT NULL CONSTRAINT PK_upsertd_access PRIMARY KEY CONSTRAINT CK_upsertd_access_id CHECK (id = 1),
    version bigint NOT NULL
);
GO
INSERT INTO dbo.upsertd_access (id, version) VALUES (1, 0);
GO
CREATE TABLE dbo.upsertd_clients (
    id nvarchar(200) COLLATE Latin1_General_BIN2 NOT NULL CONSTRAINT PK_upsertd_clients PRIMARY KEY,
    -- argon2id. NULL: a client of the configuration or of an issuer, noted because it was revoked.
    secret_hash nvarchar(400) NULL,
    -- The secret before the last rotation, and until when it is still taken.
    former_hash nvarchar(400) NULL,
    former_until bigint NULL,
    -- JSON: {"roles": […], "grants": […]}.
    rights nvarchar(max) NOT NULL,
    -- JSON: SHA-256 of each app token, in hexadecimal digits.
    app_tokens nvarchar(max) NOT NULL,
    -- Tokens of another generation are of no use any more.
    generation bigint NOT NULL,
    revoked bit NOT NULL,
    created_at bigint NOT NULL,
    changed_at bigint NOT NULL,
    -- That of the last change.
    version bigint NOT NULL
);
CREATE INDEX IX_upsertd_clients_version ON dbo.upsertd_clients (version);
GO
CREATE TABLE dbo.upsertd_revoked (
    -- The token's own id.
    token_id nvarchar(100) COLLATE Latin1_General_BIN2 NOT NULL CONSTRAINT PK_upsertd_revoked PRIMARY KEY,
    -- When it would have expired; the row is of no use afterwards.
    until bigint NOT NULL,
    version bigint NOT NULL
);
CREATE INDEX IX_upsertd_revoked_version ON dbo.upsertd_revoked (version);
CREATE INDEX IX_upsertd_revoked_until ON dbo.upsertd_revoked (until);
