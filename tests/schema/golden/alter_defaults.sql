==== Sqlite
-- write "docs" anew: column "title" gets "title"
--   default Some("''''")
-- write "docs" anew: column "score" gets "score"
--   default None
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
ALTER TABLE [dbo].[docs] ADD DEFAULT (N'''') FOR [title];
SELECT @sql = NULL, @def = NULL;
SELECT @sql = N'ALTER TABLE ' + @P4 + N' DROP CONSTRAINT ' + QUOTENAME(d.name), @def = d.definition FROM sys.default_constraints AS d JOIN sys.columns AS c ON c.object_id = d.parent_object_id AND c.column_id = d.parent_column_id WHERE d.parent_object_id = OBJECT_ID(@P5) AND c.name = @P6;
IF @sql IS NOT NULL EXEC sp_executesql @sql;
SET CONTEXT_INFO 0x01;
COMMIT TRANSACTION;
END TRY
BEGIN CATCH
IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;
THROW;
END CATCH;
SELECT @r AS refused;
--   1 nvarchar(1035) = "[dbo].[docs]"
--   2 nvarchar(1035) = "[dbo].[docs]"
--   3 nvarchar(1035) = "title"
--   4 nvarchar(1035) = "[dbo].[docs]"
--   5 nvarchar(1035) = "[dbo].[docs]"
--   6 nvarchar(1035) = "score"
