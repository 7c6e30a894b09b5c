==== Sqlite
-- run
CREATE TABLE "t" ("doc" "bigint" REFERENCES "docs" ("id"), "odd" "nvarchar(450)" COLLATE NOCASE REFERENCES "we""ird] t" ("k]e""y"))
==== Mssql
-- script
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @r int = 0, @sql nvarchar(max), @def nvarchar(max);
BEGIN TRY
BEGIN TRANSACTION;
CREATE TABLE [t] ([doc] bigint NULL REFERENCES [dbo].[docs] ([id]), [odd] nvarchar(450) NULL REFERENCES [dbo].[we"ird]] t] ([k]]e"y]));
SET CONTEXT_INFO 0x01;
COMMIT TRANSACTION;
END TRY
BEGIN CATCH
IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;
THROW;
END CATCH;
SELECT @r AS refused;
