-- The writes of a request.
SELECT log_id, step, at, client, api, entity, table_name, operation, clause, columns, created, updated, deleted, undoes
FROM dbo.upsertd_log
WHERE log_id = @P1
ORDER BY step;
