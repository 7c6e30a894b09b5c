-- script, 1 allowed of at most 500, else insert
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0;
DECLARE @log_id uniqueidentifier = @P1, @log_step int = @P2, @log_client nvarchar(256) = @P3, @log_api nvarchar(20) = @P4, @log_entity nvarchar(128) = @P5, @log_table nvarchar(257) = @P6, @log_operation nvarchar(100) = @P7, @log_clause nvarchar(max), @log_columns nvarchar(max) = @P8;
IF OBJECT_ID('tempdb..#upsertd_log') IS NOT NULL DROP TABLE #upsertd_log;
SELECT TOP (0) CAST(t.[Currency] AS nvarchar(3)) AS k0, CAST(t.[Day] AS date) AS k1, CAST(NULL AS nvarchar(max)) AS [before] INTO #upsertd_log FROM (SELECT 1 AS x) AS q LEFT JOIN [dbo].[tblRates] AS t ON 1 = 0;
BEGIN TRY
BEGIN TRANSACTION;
INSERT INTO #upsertd_log (k0, k1, [before])
SELECT @P9, CAST(@P10 AS date), CAST(N'[' AS nvarchar(max)) + N'"' + STRING_ESCAPE(CAST(t.[Currency] AS nvarchar(max)), 'json') + N'"' + N',' + N'"' + CONVERT(nvarchar(10), t.[Day], 23) + N'"' + N',' + N'"' + CAST(t.[Rate] AS nvarchar(50)) + N'"' + N']' FROM [dbo].[tblRates] AS t WITH (UPDLOCK, SERIALIZABLE) WHERE [Currency] = @P11 AND [Day] = CAST(@P12 AS date);
UPDATE [dbo].[tblRates] WITH (UPDLOCK, SERIALIZABLE) SET [Currency] = @P9, [Day] = CAST(@P10 AS date), [Rate] = CAST(@P13 AS decimal(19,9)) WHERE [Currency] = @P11 AND [Day] = CAST(@P12 AS date);
SELECT @n = @@ROWCOUNT, @a = CASE WHEN @@ROWCOUNT > @P14 THEN 0 ELSE @@ROWCOUNT END;
IF @n = 0
BEGIN
INSERT INTO [dbo].[tblRates] ([Currency], [Day], [Rate]) OUTPUT inserted.[Currency], inserted.[Day] INTO #upsertd_log (k0, k1) VALUES (@P9, CAST(@P10 AS date), CAST(@P13 AS decimal(19,9)));
SET @a = @@ROWCOUNT;
END;
IF @a = CASE @n WHEN 0 THEN 1 ELSE @n END
BEGIN
INSERT INTO [dbo].[upsertd_log] ([log_id], [step], [at], [client], [api], [entity], [table_name], [operation], [clause], [columns], [created], [updated], [deleted])
VALUES (@log_id, @log_step, SYSUTCDATETIME(), @log_client, @log_api, @log_entity, @log_table, @log_operation, @log_clause, @log_columns, CASE @n WHEN 0 THEN @a ELSE 0 END, CASE @n WHEN 0 THEN 0 ELSE @a END, 0);
INSERT INTO [dbo].[upsertd_log_rows] ([log_id], [step], [number], [before], [after])
SELECT @log_id, @log_step, ROW_NUMBER() OVER (ORDER BY (SELECT NULL)) - 1, l.[before], CAST(N'[' AS nvarchar(max)) + N'"' + STRING_ESCAPE(CAST(t.[Currency] AS nvarchar(max)), 'json') + N'"' + N',' + N'"' + CONVERT(nvarchar(10), t.[Day], 23) + N'"' + N',' + N'"' + CAST(t.[Rate] AS nvarchar(50)) + N'"' + N']' FROM #upsertd_log AS l LEFT JOIN [dbo].[tblRates] AS t ON t.[Currency] = l.k0 AND t.[Day] = l.k1;
SET CONTEXT_INFO 0x01;
COMMIT TRANSACTION;
END
ELSE ROLLBACK TRANSACTION;
END TRY
BEGIN CATCH
IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;
THROW;
END CATCH;
SELECT @n AS matched, @a AS affected, NULL AS generated;
--   @P1 uniqueidentifier = 01900000-0000-7000-8000-000000000001
--   @P2 int = 2
--   @P3 nvarchar(max) = 'office'
--   @P4 nvarchar(max) = 'admin'
--   @P5 nvarchar(max) = 'tblRates'
--   @P6 nvarchar(max) = 'dbo.tblRates'
--   @P7 nvarchar(max) = 'test'
--   @P8 nvarchar(max) = '["Currency","Day","Rate"]'
--   @P9 nchar(3) = 'EUR'
--   @P10 date = 2026-01-31
--   @P11 nchar(3) = 'EUR'
--   @P12 date = 2026-01-31
--   @P13 decimal(19,9) = 1.085000000
--   @P14 bigint = 1
