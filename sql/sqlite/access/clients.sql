SELECT id, secret_hash, former_hash, former_until, rights, app_tokens, generation, revoked, created_at, changed_at,
       version
FROM upsertd_clients
WHERE version > ?1
