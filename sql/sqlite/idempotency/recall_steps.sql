-- What a request's writes have come to.
SELECT step, part, outcome FROM upsertd_idempotency_steps WHERE key_hash = ?1 ORDER BY step, part
