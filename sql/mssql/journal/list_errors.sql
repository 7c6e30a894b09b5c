-- Requests that failed, newest first. A text that is empty, and the first and the last moment of all, do not narrow them.
-- The page begins after a place: a moment and an id.
SELECT TOP (@P9) log_id, at, client, api, entity, operation, status, code, message, detail
FROM dbo.upsertd_log_errors
WHERE at >= CAST(@P1 AS datetime2(3)) AND at < CAST(@P2 AS datetime2(3))
  AND (@P3 = N'' OR client = @P3)
  AND (@P4 = N'' OR api = @P4)
  AND (@P5 = N'' OR entity = @P5)
  AND (@P6 = N'' OR operation = @P6)
  AND at <= CAST(@P7 AS datetime2(3))
  AND (at < CAST(@P7 AS datetime2(3)) OR log_id > @P8)
ORDER BY at DESC, log_id;
