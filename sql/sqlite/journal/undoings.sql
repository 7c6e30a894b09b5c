-- The writes by which a request was undone.
SELECT lower(hex(log_id)), step, at, client, api, entity, table_name, operation, clause, columns, created, updated, deleted,
       nullif(lower(hex(undoes)), '')
FROM upsertd_log
WHERE undoes = unhex(?1)
ORDER BY log_id, step
