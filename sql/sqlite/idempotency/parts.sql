-- The parts of a write that were done already, among some; -1 where the whole request was answered.
SELECT part FROM upsertd_idempotency_steps WHERE key_hash = ?1 AND step = ?2 AND part BETWEEN ?3 AND ?4
UNION ALL SELECT -1 FROM upsertd_idempotency WHERE key_hash = ?1 AND status IS NOT NULL
