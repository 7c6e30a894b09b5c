-- Forgets rows of a write, so many at most.
DELETE FROM upsertd_log_rows WHERE (log_id, step, number) IN
    (SELECT log_id, step, number FROM upsertd_log_rows WHERE log_id = unhex(?1) AND step = ?2 LIMIT ?3)
