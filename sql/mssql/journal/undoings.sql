-- The writes by which a request was undone.
SELECT log_id, step, at, client, api, entity, table_name, operation, clause, columns, created, updated, deleted, undoes
FROM dbo.upsertd_log
WHERE undoes = @P1
ORDER BY at, log_id, step;
