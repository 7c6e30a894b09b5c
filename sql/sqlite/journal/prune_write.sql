-- Forgets a write.
DELETE FROM upsertd_log WHERE log_id = unhex(?1) AND step = ?2
