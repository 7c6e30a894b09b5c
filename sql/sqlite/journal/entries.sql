-- The writes of a request.
SELECT lower(hex(log_id)), step, at, client, api, entity, table_name, operation, clause, columns, created, updated, deleted,
       nullif(lower(hex(undoes)), '')
FROM upsertd_log
WHERE log_id = unhex(?1)
ORDER BY step
