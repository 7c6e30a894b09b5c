-- Writes, newest first. A text that is empty, and the first moments of all, do not narrow them.
SELECT log_id, step, at, client, api, entity, table_name, operation, clause, columns, created, updated, deleted, undoes
FROM dbo.upsertd_log
WHERE at >= CAST(@P1 AS datetime2(3)) AND at < CAST(@P2 AS datetime2(3))
  AND (@P3 = N'' OR client = @P3)
  AND (@P4 = N'' OR api = @P4)
  AND (@P5 = N'' OR entity = @P5)
ORDER BY at DESC, log_id, step DESC
OFFSET @P6 ROWS FETCH NEXT @P7 ROWS ONLY;
