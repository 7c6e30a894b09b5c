-- Forgets what the writes of a request have come to: it has its answer.
DELETE FROM upsertd_idempotency_steps WHERE key_hash = ?1
