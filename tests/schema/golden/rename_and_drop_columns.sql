==== Sqlite
-- run
ALTER TABLE "we""ird] t" RENAME COLUMN "k]e""y" TO "a'b]"
-- run
ALTER TABLE "we""ird] t" RENAME COLUMN "v'al" TO "w"
-- run
ALTER TABLE "we""ird] t" ADD COLUMN "v'al" "nvarchar(max)" COLLATE NOCASE
-- run
ALTER TABLE "we""ird] t" DROP COLUMN "w"
-- run
ALTER TABLE "we""ird] t" DROP COLUMN "v'al"
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
ALTER TABLE [dbo].[we"ird]] t] ADD [v'al] nvarchar(max) NULL;
SELECT @sql = NULL, @def = NULL;
SELECT @sql = N'ALTER TABLE ' + @P5 + N' DROP CONSTRAINT ' + QUOTENAME(d.name), @def = d.definition FROM sys.default_constraints AS d JOIN sys.columns AS c ON c.object_id = d.parent_object_id AND c.column_id = d.parent_column_id WHERE d.parent_object_id = OBJECT_ID(@P6) AND c.name = @P7;
IF @sql IS NOT NULL EXEC sp_executesql @sql;
ALTER TABLE [dbo].[we"ird]] t] DROP COLUMN [w];
SELECT @sql = NULL, @def = NULL;
SELECT @sql = N'ALTER TABLE ' + @P8 + N' DROP CONSTRAINT ' + QUOTENAME(d.name), @def = d.definition FROM sys.default_constraints AS d JOIN sys.columns AS c ON c.object_id = d.parent_object_id AND c.column_id = d.parent_column_id WHERE d.parent_object_id = OBJECT_ID(@P9) AND c.name = @P10;
IF @sql IS NOT NULL EXEC sp_executesql @sql;
ALTER TABLE [dbo].[we"ird]] t] DROP COLUMN [v'al];
SET CONTEXT_INFO 0x01;
COMMIT TRANSACTION;
END TRY
BEGIN CATCH
IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;
THROW;
END CATCH;
SELECT @r AS refused;
--   1 nvarchar(1035) = "[dbo].[we\"ird]] t].[k]]e\"y]"
--   2 nvarchar(1035) = "a'b]"
--   3 nvarchar(1035) = "[dbo].[we\"ird]] t].[v'al]"
--   4 nvarchar(1035) = "w"
--   5 nvarchar(1035) = "[dbo].[we\"ird]] t]"
--   6 nvarchar(1035) = "[dbo].[we\"ird]] t]"
--   7 nvarchar(1035) = "w"
--   8 nvarchar(1035) = "[dbo].[we\"ird]] t]"
--   9 nvarchar(1035) = "[dbo].[we\"ird]] t]"
--   10 nvarchar(1035) = "v'al"
