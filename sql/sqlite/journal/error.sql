-- A request that failed.
SELECT lower(hex(log_id)), at, client, api, entity, operation, status, code, message, detail
FROM upsertd_log_errors
WHERE log_id = unhex(?1)
