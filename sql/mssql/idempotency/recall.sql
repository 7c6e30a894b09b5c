-- What is kept of a request: itself, and what its writes came to. What is still being written is passed over, so that
-- nobody waits for it here: a write that is made again all the same is refused by its own script.
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
SELECT fingerprint, status, headers, body FROM dbo.upsertd_idempotency WITH (READPAST) WHERE key_hash = @P1;
SELECT step, part, outcome FROM dbo.upsertd_idempotency_steps WITH (READPAST) WHERE key_hash = @P1 ORDER BY step, part;
