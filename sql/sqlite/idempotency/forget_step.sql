-- Forgets what a write has come to.
DELETE FROM upsertd_idempotency_steps WHERE key_hash = ?1 AND step = ?2
