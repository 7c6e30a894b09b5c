==== Sqlite
-- run
ALTER TABLE "docs" RENAME COLUMN "title" TO "Called"
-- keep
--   Some(ChangeEntry { step: 1073741824, entity: "docs", table: "dbo.docs", makes: false })
--   Keep(Outcome(Array [String("table"), String("docs"), String("")]))
==== Mssql
-- script
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @r int = 0, @sql nvarchar(max), @def nvarchar(max);
DECLARE @log_id uniqueidentifier = @P1, @log_step int = @P2, @log_client nvarchar(256) = @P3, @log_api nvarchar(20) = @P4, @log_entity nvarchar(128) = @P5, @log_table nvarchar(257) = @P6, @log_operation nvarchar(100) = @P7, @log_clause nvarchar(max), @log_columns nvarchar(max);
DECLARE @once_key binary(32) = @P8, @once_client nvarchar(256) = @P9, @once_fingerprint binary(32) = @P10, @once_step int = @P11;
BEGIN TRY
BEGIN TRANSACTION;
DELETE FROM [dbo].[upsertd_idempotency_steps] WHERE [key_hash] = @once_key AND [step] = @once_step AND [part] = 0;
IF EXISTS (SELECT 1 AS x FROM [dbo].[upsertd_idempotency] WITH (UPDLOCK, SERIALIZABLE) WHERE [key_hash] = @once_key AND [status] IS NOT NULL)
BEGIN
THROW 1875001404, N'The request has its answer already.', 1;
END;
INSERT INTO [dbo].[upsertd_idempotency] ([key_hash], [client], [fingerprint], [at])
SELECT @once_key, @once_client, @once_fingerprint, SYSUTCDATETIME() WHERE NOT EXISTS (SELECT 1 AS x FROM [dbo].[upsertd_idempotency] WITH (UPDLOCK, SERIALIZABLE) WHERE [key_hash] = @once_key);
INSERT INTO [dbo].[upsertd_idempotency_steps] ([key_hash], [step], [part], [outcome])
SELECT @once_key, @once_step, 0, N'';
UPDATE [dbo].[upsertd_idempotency_steps] SET [outcome] = @P12 WHERE [key_hash] = @once_key AND [step] = @once_step AND [part] = 0;
EXEC sp_rename @P13, @P14, N'COLUMN';
INSERT INTO [dbo].[upsertd_log] ([log_id], [step], [at], [client], [api], [entity], [table_name], [operation], [clause], [columns], [created], [updated], [deleted])
VALUES (@log_id, @log_step, SYSUTCDATETIME(), @log_client, @log_api, @log_entity, @log_table, @log_operation, @log_clause, @log_columns, 0, 0, 0);
SET CONTEXT_INFO 0x01;
COMMIT TRANSACTION;
END TRY
BEGIN CATCH
IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;
THROW;
END CATCH;
SELECT @r AS refused;
--   1 uniqueidentifier = 00000000-0000-0000-0000-000000000005
--   2 int = 1073741824
--   3 nvarchar(max) = "app"
--   4 nvarchar(max) = "datasette"
--   5 nvarchar(max) = "docs"
--   6 nvarchar(max) = "dbo.docs"
--   7 nvarchar(max) = "create_table"
--   8 binary(32) = 32 bytes
--   9 nvarchar(max) = "app"
--   10 binary(32) = 32 bytes
--   11 int = 1073741824
--   12 nvarchar(max) = "[\"table\",\"docs\",\"\"]"
--   13 nvarchar(1035) = "[dbo].[docs].[title]"
--   14 nvarchar(1035) = "Called"
