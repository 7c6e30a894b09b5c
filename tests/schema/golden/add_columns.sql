==== Sqlite
-- run
ALTER TABLE "docs" ADD COLUMN "plain" "nvarchar(max)" COLLATE NOCASE
-- run
ALTER TABLE "docs" ADD COLUMN "with_default" "nvarchar(max)" COLLATE NOCASE
-- write "docs" anew: column "with_default" gets "with_default"
--   nullable true
--   default Some("'it''s'")
-- run
ALTER TABLE "docs" ADD COLUMN "filled" "nvarchar(max)" COLLATE NOCASE NOT NULL DEFAULT 'it''s'
-- run
ALTER TABLE "docs" ADD COLUMN "stamped" "nvarchar(max)" COLLATE NOCASE
-- write "docs" anew: column "stamped" gets COALESCE("stamped", CURRENT_TIMESTAMP)
--   nullable false
--   default Some("CURRENT_TIMESTAMP")
-- run
ALTER TABLE "docs" ADD COLUMN "other" "bigint" REFERENCES "docs" ("id")
==== Mssql
-- script
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @r int = 0, @sql nvarchar(max), @def nvarchar(max);
BEGIN TRY
BEGIN TRANSACTION;
ALTER TABLE [dbo].[docs] ADD [plain] nvarchar(max) NULL;
ALTER TABLE [dbo].[docs] ADD [with_default] nvarchar(max) NULL DEFAULT (N'it''s');
ALTER TABLE [dbo].[docs] ADD [filled] nvarchar(max) NOT NULL DEFAULT (N'it''s');
ALTER TABLE [dbo].[docs] ADD [stamped] nvarchar(max) NOT NULL DEFAULT (CONVERT(nvarchar(19), SYSUTCDATETIME(), 120));
ALTER TABLE [dbo].[docs] ADD [other] bigint NULL REFERENCES [dbo].[docs] ([id]);
SET CONTEXT_INFO 0x01;
COMMIT TRANSACTION;
END TRY
BEGIN CATCH
IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;
THROW;
END CATCH;
SELECT @r AS refused;
