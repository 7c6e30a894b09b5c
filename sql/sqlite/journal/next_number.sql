-- The number of a write's next row.
SELECT coalesce(max(number) + 1, 0) FROM upsertd_log_rows WHERE log_id = ?1 AND step = ?2
