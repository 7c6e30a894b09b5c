-- Forgets requests from before a moment, so many at most, oldest first.
DELETE FROM upsertd_idempotency WHERE key_hash IN (
    SELECT key_hash FROM upsertd_idempotency WHERE at < ?1 ORDER BY at, key_hash LIMIT ?2
)
