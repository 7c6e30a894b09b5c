==== Sqlite
-- write "docs" anew: column "title" gets "title"
--   nullable false
-- write "docs" anew: column "code" gets "code"
--   nullable true
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
SELECT @sql = N'ALTER TABLE ' + @P4 + N' ALTER COLUMN ' + @P5 + N' nvarchar(max)' + COALESCE(N' COLLATE ' + c.collation_name, N'') + N' NOT NULL' FROM sys.columns AS c WHERE c.object_id = OBJECT_ID(@P6) AND c.name = @P7;
EXEC sp_executesql @sql;
IF @def IS NOT NULL
BEGIN
SET @sql = N'ALTER TABLE ' + @P8 + N' ADD DEFAULT ' + @def + N' FOR ' + @P9;
EXEC sp_executesql @sql;
END;
SELECT @sql = NULL, @def = NULL;
SELECT @sql = N'ALTER TABLE ' + @P10 + N' DROP CONSTRAINT ' + QUOTENAME(d.name), @def = d.definition FROM sys.default_constraints AS d JOIN sys.columns AS c ON c.object_id = d.parent_object_id AND c.column_id = d.parent_column_id WHERE d.parent_object_id = OBJECT_ID(@P11) AND c.name = @P12;
IF @sql IS NOT NULL EXEC sp_executesql @sql;
SELECT @sql = N'ALTER TABLE ' + @P13 + N' ALTER COLUMN ' + @P14 + N' varchar(10)' + COALESCE(N' COLLATE ' + c.collation_name, N'') + N' NULL' FROM sys.columns AS c WHERE c.object_id = OBJECT_ID(@P15) AND c.name = @P16;
EXEC sp_executesql @sql;
IF @def IS NOT NULL
BEGIN
SET @sql = N'ALTER TABLE ' + @P17 + N' ADD DEFAULT ' + @def + N' FOR ' + @P18;
EXEC sp_executesql @sql;
END;
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
--   5 nvarchar(1035) = "[title]"
--   6 nvarchar(1035) = "[dbo].[docs]"
--   7 nvarchar(1035) = "title"
--   8 nvarchar(1035) = "[dbo].[docs]"
--   9 nvarchar(1035) = "[title]"
--   10 nvarchar(1035) = "[dbo].[docs]"
--   11 nvarchar(1035) = "[dbo].[docs]"
--   12 nvarchar(1035) = "code"
--   13 nvarchar(1035) = "[dbo].[docs]"
--   14 nvarchar(1035) = "[code]"
--   15 nvarchar(1035) = "[dbo].[docs]"
--   16 nvarchar(1035) = "code"
--   17 nvarchar(1035) = "[dbo].[docs]"
--   18 nvarchar(1035) = "[code]"
