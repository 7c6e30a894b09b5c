-- script, 1 allowed of at most 500, else insert
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0;
DECLARE @log_id uniqueidentifier = @P1, @log_step int = @P2, @log_client nvarchar(256) = @P3, @log_api nvarchar(20) = @P4, @log_entity nvarchar(128) = @P5, @log_table nvarchar(257) = @P6, @log_operation nvarchar(100) = @P7, @log_clause nvarchar(max), @log_columns nvarchar(max) = @P8;
IF OBJECT_ID('tempdb..#upsertd_log') IS NOT NULL DROP TABLE #upsertd_log;
SELECT TOP (0) CAST(t.[CountryCode] AS nvarchar(2)) AS k0, CAST(NULL AS nvarchar(max)) AS [before] INTO #upsertd_log FROM (SELECT 1 AS x) AS q LEFT JOIN [dbo].[tblCountries] AS t ON 1 = 0;
DECLARE @once_key binary(32) = @P9, @once_client nvarchar(256) = @P10, @once_fingerprint binary(32) = @P11, @once_step int = @P12;
BEGIN TRY
BEGIN TRANSACTION;
IF EXISTS (SELECT 1 AS x FROM [dbo].[upsertd_idempotency] WITH (UPDLOCK, SERIALIZABLE) WHERE [key_hash] = @once_key AND [status] IS NOT NULL)
BEGIN
THROW 1875001404, N'The request has its answer already.', 1;
END;
INSERT INTO [dbo].[upsertd_idempotency] ([key_hash], [client], [fingerprint], [at])
SELECT @once_key, @once_client, @once_fingerprint, SYSUTCDATETIME() WHERE NOT EXISTS (SELECT 1 AS x FROM [dbo].[upsertd_idempotency] WITH (UPDLOCK, SERIALIZABLE) WHERE [key_hash] = @once_key);
INSERT INTO [dbo].[upsertd_idempotency_steps] ([key_hash], [step], [part], [outcome])
SELECT @once_key, @once_step, 0, N'';
INSERT INTO #upsertd_log (k0, [before])
SELECT @P13, CAST(N'[' AS nvarchar(max)) + N'"' + STRING_ESCAPE(CAST(t.[CountryCode] AS nvarchar(max)), 'json') + N'"' + N',' + N'"' + STRING_ESCAPE(CAST(t.[CountryName] AS nvarchar(max)), 'json') + N'"' + N']' FROM [dbo].[tblCountries] AS t WITH (UPDLOCK, SERIALIZABLE) WHERE [CountryCode] = @P14;
UPDATE [dbo].[tblCountries] WITH (UPDLOCK, SERIALIZABLE) SET [CountryCode] = @P13, [CountryName] = @P15 WHERE [CountryCode] = @P14;
SELECT @n = @@ROWCOUNT, @a = CASE WHEN @@ROWCOUNT > @P16 THEN 0 ELSE @@ROWCOUNT END;
IF @n = 0
BEGIN
INSERT INTO [dbo].[tblCountries] ([CountryCode], [CountryName]) OUTPUT inserted.[CountryCode] INTO #upsertd_log (k0) VALUES (@P13, @P15);
SET @a = @@ROWCOUNT;
END;
IF @a = CASE @n WHEN 0 THEN 1 ELSE @n END
BEGIN
INSERT INTO [dbo].[upsertd_log] ([log_id], [step], [at], [client], [api], [entity], [table_name], [operation], [clause], [columns], [created], [updated], [deleted])
VALUES (@log_id, @log_step, SYSUTCDATETIME(), @log_client, @log_api, @log_entity, @log_table, @log_operation, @log_clause, @log_columns, CASE @n WHEN 0 THEN @a ELSE 0 END, CASE @n WHEN 0 THEN 0 ELSE @a END, 0);
INSERT INTO [dbo].[upsertd_log_rows] ([log_id], [step], [number], [before], [after])
SELECT @log_id, @log_step, ROW_NUMBER() OVER (ORDER BY (SELECT NULL)) - 1, l.[before], CAST(N'[' AS nvarchar(max)) + N'"' + STRING_ESCAPE(CAST(t.[CountryCode] AS nvarchar(max)), 'json') + N'"' + N',' + N'"' + STRING_ESCAPE(CAST(t.[CountryName] AS nvarchar(max)), 'json') + N'"' + N']' FROM #upsertd_log AS l LEFT JOIN [dbo].[tblCountries] AS t ON t.[CountryCode] = l.k0;
IF @n = 0
BEGIN
UPDATE [dbo].[upsertd_idempotency_steps] SET [outcome] = N'["inserted",' + COALESCE(N'"' + STRING_ESCAPE(CAST(@P13 AS nvarchar(max)), 'json') + N'"', N'null') + N']' WHERE [key_hash] = @once_key AND [step] = @once_step AND [part] = 0;
END
ELSE
BEGIN
UPDATE [dbo].[upsertd_idempotency_steps] SET [outcome] = N'["updated",' + CAST(@a AS nvarchar(20)) + N']' WHERE [key_hash] = @once_key AND [step] = @once_step AND [part] = 0;
END;
SET CONTEXT_INFO 0x01;
COMMIT TRANSACTION;
END
ELSE ROLLBACK TRANSACTION;
END TRY
BEGIN CATCH
IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;
THROW;
END CATCH;
SELECT @n AS matched, @a AS affected, @P13 AS generated;
--   @P1 uniqueidentifier = 01900000-0000-7000-8000-000000000001
--   @P2 int = 2
--   @P3 nvarchar(max) = 'office'
--   @P4 nvarchar(max) = 'admin'
--   @P5 nvarchar(max) = 'tblCountries'
--   @P6 nvarchar(max) = 'dbo.tblCountries'
--   @P7 nvarchar(max) = 'test'
--   @P8 nvarchar(max) = '["CountryCode","CountryName"]'
--   @P9 binary(32) = [01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01]
--   @P10 nvarchar(max) = 'office'
--   @P11 binary(32) = [02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02]
--   @P12 int = 2
--   @P13 nchar(2) = 'IT'
--   @P14 nchar(2) = 'IT'
--   @P15 nvarchar(60) = 'Italy'
--   @P16 bigint = 1
