INSERT INTO upsertd_revoked (token_id, until, version)
SELECT ?1, ?2, (SELECT version FROM upsertd_access WHERE id = 1)
WHERE NOT EXISTS (SELECT 1 FROM upsertd_revoked WHERE token_id = ?1)
