-- The number of the last change, and what has changed after another one. Whatever has that number or a lower one was
-- committed before it could be read.
SET NOCOUNT ON;
SELECT version FROM dbo.upsertd_access WHERE id = 1;
SELECT id, secret_hash, former_hash, former_until, rights, app_tokens, generation, revoked, created_at, changed_at,
       version
FROM dbo.upsertd_clients
WHERE version > @P1;
SELECT token_id, until
FROM dbo.upsertd_revoked
WHERE version > @P1;
