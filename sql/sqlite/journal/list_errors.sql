-- Requests that failed, newest first. What is NULL does not narrow them, and the page begins after that of this id.
SELECT lower(hex(log_id)), at, client, api, entity, operation, status, code, message, detail
FROM upsertd_log_errors
WHERE log_id < coalesce(unhex(?7), x'FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF')
  AND (?1 IS NULL OR at >= ?1)
  AND (?2 IS NULL OR at < ?2)
  AND (?3 IS NULL OR client = ?3)
  AND (?4 IS NULL OR api = ?4)
  AND (?5 IS NULL OR entity = ?5 COLLATE NOCASE)
  AND (?6 IS NULL OR operation = ?6)
ORDER BY log_id DESC
LIMIT ?8
