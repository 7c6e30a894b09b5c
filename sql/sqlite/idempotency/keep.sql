-- Keeps the answer of a request.
INSERT INTO upsertd_idempotency (key_hash, client, fingerprint, at, status, headers, body)
VALUES (?1, ?2, ?3, unixepoch(), ?4, ?5, ?6)
ON CONFLICT (key_hash) DO UPDATE SET status = excluded.status, headers = excluded.headers, body = excluded.body
