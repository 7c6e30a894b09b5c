==== Sqlite
-- run
ALTER TABLE "we""ird] t" DROP COLUMN "v'al"
-- run
ALTER TABLE "we""ird] t" RENAME TO "x]y"
==== Mssql
-- script
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @r int = 0, @sql nvarchar(max), @def nvarchar(max);
BEGIN TRY
BEGIN TRANSACTION;
SELECT @sql = NULL, @def = NULL;
SELECT @sql = N'ALTER TABLE ' + @P1 + N' DROP CONSTRAINT ' + QUOTENAME(d.name), @def = d.definition FROM sys.default_constraints AS d JOIN sys.columns AS c ON c.object_id = d.parent_object_id AND c.column_id = d.parent_column_id WHERE d.parent_object_id = OBJECT_ID(@P2) AND c.name = @P3;
IF @sql IS NOT NULL EXEC sp_executesql @sql;
ALTER TABLE [dbo].[we"ird]] t] DROP COLUMN [v'al];
EXEC sp_rename @P4, @P5, N'OBJECT';
SET CONTEXT_INFO 0x01;
COMMIT TRANSACTION;
END TRY
BEGIN CATCH
IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;
THROW;
END CATCH;
SELECT @r AS refused;
--   1 nvarchar(1035) = "[dbo].[we\"ird]] t]"
--   2 nvarchar(1035) = "[dbo].[we\"ird]] t]"
--   3 nvarchar(1035) = "v'al"
--   4 nvarchar(1035) = "[dbo].[we\"ird]] t]"
--   5 nvarchar(1035) = "x]y"
