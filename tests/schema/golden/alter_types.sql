==== Sqlite
-- write "docs" anew: column "title" gets "title"
--   type "bigint"
-- unless this finds a row
SELECT 1 FROM upsertd_rebuilt WHERE typeof("title") NOT IN ('null', 'integer') LIMIT ?1
--   1 bigint = 1
-- write "docs" anew: column "score" gets CAST("score" AS BLOB)
--   type "varbinary(max)"
--   nullable false
-- unless this finds a row
SELECT 1 FROM upsertd_rebuilt WHERE typeof("score") NOT IN ('null', 'blob') LIMIT ?1
--   1 bigint = 1
-- write "docs" anew: column "code" gets "code"
--   type "nvarchar(max)" COLLATE NOCASE
--   default Some("'x'")
-- unless this finds a row
SELECT 1 FROM upsertd_rebuilt WHERE typeof("code") NOT IN ('null', 'text') LIMIT ?1
--   1 bigint = 1
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
ALTER TABLE [dbo].[docs] ALTER COLUMN [title] bigint NULL;
IF @def IS NOT NULL
BEGIN
SET @sql = N'ALTER TABLE ' + @P4 + N' ADD DEFAULT ' + @def + N' FOR ' + @P5;
EXEC sp_executesql @sql;
END;
SELECT @sql = NULL, @def = NULL;
SELECT @sql = N'ALTER TABLE ' + @P6 + N' DROP CONSTRAINT ' + QUOTENAME(d.name), @def = d.definition FROM sys.default_constraints AS d JOIN sys.columns AS c ON c.object_id = d.parent_object_id AND c.column_id = d.parent_column_id WHERE d.parent_object_id = OBJECT_ID(@P7) AND c.name = @P8;
IF @sql IS NOT NULL EXEC sp_executesql @sql;
ALTER TABLE [dbo].[docs] ALTER COLUMN [score] varbinary(max) NOT NULL;
IF @def IS NOT NULL
BEGIN
SET @sql = N'ALTER TABLE ' + @P9 + N' ADD DEFAULT ' + @def + N' FOR ' + @P10;
EXEC sp_executesql @sql;
END;
SELECT @sql = NULL, @def = NULL;
SELECT @sql = N'ALTER TABLE ' + @P11 + N' DROP CONSTRAINT ' + QUOTENAME(d.name), @def = d.definition FROM sys.default_constraints AS d JOIN sys.columns AS c ON c.object_id = d.parent_object_id AND c.column_id = d.parent_column_id WHERE d.parent_object_id = OBJECT_ID(@P12) AND c.name = @P13;
IF @sql IS NOT NULL EXEC sp_executesql @sql;
ALTER TABLE [dbo].[docs] ALTER COLUMN [code] nvarchar(max) NOT NULL;
ALTER TABLE [dbo].[docs] ADD DEFAULT (N'x') FOR [code];
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
--   7 nvarchar(1035) = "[dbo].[docs]"
--   8 nvarchar(1035) = "score"
--   9 nvarchar(1035) = "[dbo].[docs]"
--   10 nvarchar(1035) = "[score]"
--   11 nvarchar(1035) = "[dbo].[docs]"
--   12 nvarchar(1035) = "[dbo].[docs]"
--   13 nvarchar(1035) = "code"
