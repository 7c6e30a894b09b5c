-- An empty text, and 0 as a time, stand for NULL.
UPDATE upsertd_clients
SET secret_hash = NULLIF(?2, ''), former_hash = NULLIF(?3, ''), former_until = NULLIF(?4, 0), rights = ?5,
    app_tokens = ?6, generation = ?7, revoked = ?8, created_at = ?9, changed_at = ?10,
    version = (SELECT version FROM upsertd_access WHERE id = 1)
WHERE id = ?1 AND version = ?11
RETURNING 1
