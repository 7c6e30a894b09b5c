-- Writes, newest first. What is NULL does not narrow them, and the page begins after a write of this id and step. A
-- request's id is not from after what it wrote.
SELECT lower(hex(log_id)), step, at, client, api, entity, table_name, operation, clause, columns, created, updated, deleted,
       nullif(lower(hex(undoes)), '')
FROM upsertd_log
WHERE log_id <= coalesce(unhex(?7), x'FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF')
  AND (?7 IS NULL OR log_id < unhex(?7) OR step < ?8)
  AND (?1 IS NULL OR at >= ?1)
  AND (?2 IS NULL OR at < ?2)
  AND (?3 IS NULL OR client = ?3)
  AND (?4 IS NULL OR api = ?4)
  AND (?5 IS NULL OR entity = ?5 COLLATE NOCASE)
  AND (?6 IS NULL OR operation = ?6)
ORDER BY log_id DESC, step DESC
LIMIT ?9
