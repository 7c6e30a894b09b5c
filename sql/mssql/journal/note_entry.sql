-- Notes what is no write of rows.
SET NOCOUNT, XACT_ABORT ON;
INSERT INTO dbo.upsertd_log (log_id, step, at, client, api, entity, table_name, operation, created, updated, deleted)
VALUES (@P1, @P2, CAST(@P3 AS datetime2(3)), @P4, @P5, @P6, @P7, @P8, 0, 0, 0);
