-- An empty text, and 0 as a time, stand for NULL.
INSERT INTO upsertd_clients (id, secret_hash, former_hash, former_until, rights, app_tokens, generation, revoked,
                             created_at, changed_at, version)
SELECT ?1, NULLIF(?2, ''), NULLIF(?3, ''), NULLIF(?4, 0), ?5, ?6, ?7, ?8, ?9, ?10,
       (SELECT version FROM upsertd_access WHERE id = 1)
WHERE ?11 = 0 AND NOT EXISTS (SELECT 1 FROM upsertd_clients WHERE id = ?1)
RETURNING 1
