-- The rows that a step changed, the last one first, from before a number on.
SELECT number, before, after
FROM upsertd_log_rows
WHERE log_id = unhex(?1) AND step = ?2 AND number < ?3
ORDER BY number DESC
LIMIT ?4
