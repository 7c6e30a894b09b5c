-- script, insert
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0;
DECLARE @log_id uniqueidentifier = @P1, @log_step int = @P2, @log_client nvarchar(256) = @P3, @log_api nvarchar(20) = @P4, @log_entity nvarchar(128) = @P5, @log_table nvarchar(257) = @P6, @log_operation nvarchar(100) = @P7, @log_clause nvarchar(max), @log_columns nvarchar(max) = @P8;
DECLARE @log TABLE (b1 nvarchar(50), a1 nvarchar(50));
BEGIN TRY
BEGIN TRANSACTION;
INSERT INTO [dbo].[tblTokens] ([UserName]) OUTPUT inserted.[UserName] INTO @log (a1) VALUES (@P9);
SET @a = @@ROWCOUNT;
IF @a = CASE @n WHEN 0 THEN 1 ELSE @n END
BEGIN
INSERT INTO [dbo].[upsertd_log] ([log_id], [step], [at], [client], [api], [entity], [table_name], [operation], [clause], [columns], [created], [updated], [deleted])
VALUES (@log_id, @log_step, SYSUTCDATETIME(), @log_client, @log_api, @log_entity, @log_table, @log_operation, @log_clause, @log_columns, CASE @n WHEN 0 THEN @a ELSE 0 END, CASE @n WHEN 0 THEN 0 ELSE @a END, 0);
INSERT INTO [dbo].[upsertd_log_rows] ([log_id], [step], [number], [before], [after])
SELECT @log_id, @log_step, ROW_NUMBER() OVER (ORDER BY (SELECT NULL)) - 1, NULL, CAST(N'[' AS nvarchar(max)) + COALESCE(N'"' + STRING_ESCAPE(CAST(l.a1 AS nvarchar(max)), 'json') + N'"', N'null') + N']' FROM @log AS l;
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
--   @P5 nvarchar(max) = 'tblTokens'
--   @P6 nvarchar(max) = 'dbo.tblTokens'
--   @P7 nvarchar(max) = 'test'
--   @P8 nvarchar(max) = '["UserName"]'
--   @P9 nvarchar(50) = 'ann'
