-- What is kept of a request: itself, and what its writes came to.
SELECT fingerprint, status, headers, body FROM dbo.upsertd_idempotency WHERE key_hash = @P1;
SELECT step, part, outcome FROM dbo.upsertd_idempotency_steps WHERE key_hash = @P1 ORDER BY step, part;
