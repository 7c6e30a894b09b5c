-- Notes a request that failed; an empty text is none.
SET NOCOUNT, XACT_ABORT ON;
INSERT INTO dbo.upsertd_log_errors (log_id, at, client, api, entity, operation, status, code, message, detail)
SELECT @P1, CAST(@P2 AS datetime2(3)), NULLIF(@P3, N''), @P4, NULLIF(@P5, N''), @P6, @P7, @P8, @P9, NULLIF(@P10, N'')
WHERE NOT EXISTS (SELECT 1 AS x FROM dbo.upsertd_log_errors WITH (UPDLOCK, SERIALIZABLE) WHERE log_id = @P1);
