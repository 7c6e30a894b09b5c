-- The rows that a step changed.
SELECT number, before, after
FROM upsertd_log_rows
WHERE log_id = unhex(?1) AND step = ?2
ORDER BY number
LIMIT ?4 OFFSET ?3
