-- Keeps what a part of a write has come to.
INSERT INTO upsertd_idempotency_steps (key_hash, step, part, outcome) VALUES (?1, ?2, ?3, ?4)
