-- A request that failed.
SELECT log_id, at, client, api, entity, operation, status, code, message, detail
FROM dbo.upsertd_log_errors
WHERE log_id = @P1;
