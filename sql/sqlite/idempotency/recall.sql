-- What is kept of a request itself.
SELECT fingerprint, status, headers, body FROM upsertd_idempotency WHERE key_hash = ?1
