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
SELECT @sql = N'IF EXISTS (SELECT 1 FROM (SELECT ' + @P1 + N' AS v FROM ' + @P2 + N' WITH (TABLOCKX, HOLDLOCK)) AS t WHERE v IS NOT NULL AND CASE WHEN LTRIM(v) <> N'''' AND TRY_CONVERT(bigint, v) IS NOT NULL THEN 0 ELSE 1 END = 1) SET @r = 2';
EXEC sp_executesql @sql, N'@r int OUTPUT', @r = @r OUTPUT;
IF @r <> 0
BEGIN
ROLLBACK TRANSACTION;
SELECT @r AS refused;
RETURN;
END;
SELECT @sql = NULL, @def = NULL;
SELECT @sql = N'ALTER TABLE ' + @P3 + N' DROP CONSTRAINT ' + QUOTENAME(d.name), @def = d.definition FROM sys.default_constraints AS d JOIN sys.columns AS c ON c.object_id = d.parent_object_id AND c.column_id = d.parent_column_id WHERE d.parent_object_id = OBJECT_ID(@P4) AND c.name = @P5;
IF @sql IS NOT NULL EXEC sp_executesql @sql;
ALTER TABLE [dbo].[docs] ALTER COLUMN [title] bigint;
IF @def IS NOT NULL
BEGIN
SET @sql = N'ALTER TABLE ' + @P6 + N' ADD DEFAULT ' + @def + N' FOR ' + @P7;
EXEC sp_executesql @sql;
END;
SELECT @sql = N'IF EXISTS (SELECT 1 FROM (SELECT ' + @P8 + N' AS v FROM ' + @P9 + N' WITH (TABLOCKX, HOLDLOCK)) AS t WHERE v IS NOT NULL) SET @r = 2';
EXEC sp_executesql @sql, N'@r int OUTPUT', @r = @r OUTPUT;
IF @r <> 0
BEGIN
ROLLBACK TRANSACTION;
SELECT @r AS refused;
RETURN;
END;
SELECT @sql = NULL, @def = NULL;
SELECT @sql = N'ALTER TABLE ' + @P10 + N' DROP CONSTRAINT ' + QUOTENAME(d.name), @def = d.definition FROM sys.default_constraints AS d JOIN sys.columns AS c ON c.object_id = d.parent_object_id AND c.column_id = d.parent_column_id WHERE d.parent_object_id = OBJECT_ID(@P11) AND c.name = @P12;
IF @sql IS NOT NULL EXEC sp_executesql @sql;
ALTER TABLE [dbo].[docs] ALTER COLUMN [score] varbinary(max) NOT NULL;
IF @def IS NOT NULL
BEGIN
SET @sql = N'ALTER TABLE ' + @P13 + N' ADD DEFAULT ' + @def + N' FOR ' + @P14;
EXEC sp_executesql @sql;
END;
SELECT @sql = N'IF EXISTS (SELECT 1 FROM (SELECT ' + @P15 + N' AS v FROM ' + @P16 + N' WITH (TABLOCKX, HOLDLOCK)) AS t WHERE v IS NOT NULL AND CASE WHEN TRY_CONVERT(varchar(10), TRY_CONVERT(nvarchar(max), v)) = v THEN 0 ELSE 1 END = 1) SET @r = 2';
EXEC sp_executesql @sql, N'@r int OUTPUT', @r = @r OUTPUT;
IF @r <> 0
BEGIN
ROLLBACK TRANSACTION;
SELECT @r AS refused;
RETURN;
END;
SELECT @sql = NULL, @def = NULL;
SELECT @sql = N'ALTER TABLE ' + @P17 + N' DROP CONSTRAINT ' + QUOTENAME(d.name), @def = d.definition FROM sys.default_constraints AS d JOIN sys.columns AS c ON c.object_id = d.parent_object_id AND c.column_id = d.parent_column_id WHERE d.parent_object_id = OBJECT_ID(@P18) AND c.name = @P19;
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
--   1 nvarchar(1035) = "[title]"
--   2 nvarchar(1035) = "[dbo].[docs]"
--   3 nvarchar(1035) = "[dbo].[docs]"
--   4 nvarchar(1035) = "[dbo].[docs]"
--   5 nvarchar(1035) = "title"
--   6 nvarchar(1035) = "[dbo].[docs]"
--   7 nvarchar(1035) = "[title]"
--   8 nvarchar(1035) = "[score]"
--   9 nvarchar(1035) = "[dbo].[docs]"
--   10 nvarchar(1035) = "[dbo].[docs]"
--   11 nvarchar(1035) = "[dbo].[docs]"
--   12 nvarchar(1035) = "score"
--   13 nvarchar(1035) = "[dbo].[docs]"
--   14 nvarchar(1035) = "[score]"
--   15 nvarchar(1035) = "[code]"
--   16 nvarchar(1035) = "[dbo].[docs]"
--   17 nvarchar(1035) = "[dbo].[docs]"
--   18 nvarchar(1035) = "[dbo].[docs]"
--   19 nvarchar(1035) = "code"
