-- Forgets what the writes of old requests have come to: the same requests as those of prune.sql.
DELETE FROM upsertd_idempotency_steps WHERE key_hash IN (
    SELECT key_hash FROM upsertd_idempotency WHERE at < ?1 ORDER BY at, key_hash LIMIT ?2
)
