==== Sqlite
-- run
ALTER TABLE "docs" RENAME COLUMN "guid" TO "g"
-- run
ALTER TABLE "docs" RENAME COLUMN "id" TO "number"
==== Mssql
-- script
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @r int = 0, @sql nvarchar(max), @def nvarchar(max);
BEGIN TRY
BEGIN TRANSACTION;
EXEC sp_rename @P1, @P2, N'COLUMN';
EXEC sp_rename @P3, @P4, N'COLUMN';
SET CONTEXT_INFO 0x01;
COMMIT TRANSACTION;
END TRY
BEGIN CATCH
IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;
THROW;
END CATCH;
SELECT @r AS refused;
--   1 nvarchar(1035) = "[dbo].[docs].[guid]"
--   2 nvarchar(1035) = "g"
--   3 nvarchar(1035) = "[dbo].[docs].[id]"
--   4 nvarchar(1035) = "number"
