-- Keeps that a request has begun to write.
INSERT INTO upsertd_idempotency (key_hash, client, fingerprint, at) VALUES (?1, ?2, ?3, unixepoch())
ON CONFLICT DO NOTHING
