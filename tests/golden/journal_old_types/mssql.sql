-- script, 500 allowed of at most 500, else nothing
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0;
DECLARE @log_id uniqueidentifier = @P1, @log_step int = @P2, @log_client nvarchar(256) = @P3, @log_api nvarchar(20) = @P4, @log_entity nvarchar(128) = @P5, @log_table nvarchar(257) = @P6, @log_operation nvarchar(100) = @P7, @log_clause nvarchar(max) = @P8, @log_columns nvarchar(max) = @P9;
DECLARE @log TABLE (k0 decimal(18,0), [before] nvarchar(max));
BEGIN TRY
BEGIN TRANSACTION;
INSERT INTO @log (k0, [before])
SELECT t.[Id], CAST(N'[' AS nvarchar(max)) + N'"' + CAST(t.[Id] AS nvarchar(50)) + N'"' + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(CAST(t.[Body] AS varchar(max)) AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(t.[Remark] AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(t.[Doc] AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(t.[Wide] AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + CAST(CAST(t.[Price] AS decimal(19,4)) AS nvarchar(50)) + N'"', N'null') + N',' + COALESCE(N'"' + CAST(CAST(t.[Fee] AS decimal(19,4)) AS nvarchar(50)) + N'"', N'null') + N',' + COALESCE(N'"' + CONVERT(nvarchar(max), CAST(t.[Picture] AS varbinary(max)), 1) + N'"', N'null') + N']' FROM [dbo].[tblForeign] AS t WITH (UPDLOCK, SERIALIZABLE) WHERE [Id] = CAST(@P10 AS decimal(18,0));
UPDATE [dbo].[tblForeign] WITH (UPDLOCK, SERIALIZABLE) SET [Body] = @P11, [Remark] = @P12, [Doc] = @P13 WHERE [Id] = CAST(@P10 AS decimal(18,0));
SELECT @n = @@ROWCOUNT, @a = CASE WHEN @@ROWCOUNT > @P14 THEN 0 ELSE @@ROWCOUNT END;
IF @a = CASE @n WHEN 0 THEN 1 ELSE @n END
BEGIN
INSERT INTO [dbo].[upsertd_log] ([log_id], [step], [at], [client], [api], [entity], [table_name], [operation], [clause], [columns], [created], [updated], [deleted])
VALUES (@log_id, @log_step, SYSUTCDATETIME(), @log_client, @log_api, @log_entity, @log_table, @log_operation, @log_clause, @log_columns, CASE @n WHEN 0 THEN @a ELSE 0 END, CASE @n WHEN 0 THEN 0 ELSE @a END, 0);
INSERT INTO [dbo].[upsertd_log_rows] ([log_id], [step], [number], [before], [after])
SELECT @log_id, @log_step, ROW_NUMBER() OVER (ORDER BY (SELECT NULL)) - 1, l.[before], CAST(N'[' AS nvarchar(max)) + N'"' + CAST(t.[Id] AS nvarchar(50)) + N'"' + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(CAST(t.[Body] AS varchar(max)) AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(t.[Remark] AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(t.[Doc] AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(t.[Wide] AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + CAST(CAST(t.[Price] AS decimal(19,4)) AS nvarchar(50)) + N'"', N'null') + N',' + COALESCE(N'"' + CAST(CAST(t.[Fee] AS decimal(19,4)) AS nvarchar(50)) + N'"', N'null') + N',' + COALESCE(N'"' + CONVERT(nvarchar(max), CAST(t.[Picture] AS varbinary(max)), 1) + N'"', N'null') + N']' FROM @log AS l LEFT JOIN [dbo].[tblForeign] AS t ON t.[Id] = l.k0;
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
--   @P5 nvarchar(max) = 'tblForeign'
--   @P6 nvarchar(max) = 'dbo.tblForeign'
--   @P7 nvarchar(max) = 'test'
--   @P8 nvarchar(max) = 'OrderId = 5'
--   @P9 nvarchar(max) = '["Id","Body","Remark","Doc","Wide","Price","Fee","Picture"]'
--   @P10 decimal(18,0) = 1
--   @P11 text = 'Müller'
--   @P12 ntext = 'Ω'
--   @P13 xml = '<a/>'
--   @P14 bigint = 500
