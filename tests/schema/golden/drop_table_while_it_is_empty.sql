==== Sqlite
-- unless this finds a row: NotEmpty
SELECT 1 FROM "docs" LIMIT 1
-- unless this finds a row: ReferredTo
SELECT 1 FROM pragma_table_list AS l, pragma_foreign_key_list(l.name, 'main') AS f WHERE l.schema = 'main' AND l.type = 'table' AND f."table" = ?1 COLLATE NOCASE AND l.name <> ?2 COLLATE NOCASE LIMIT 1
--   1 nvarchar(128) = "docs"
--   2 nvarchar(128) = "docs"
-- run
DROP TABLE "docs"
==== Mssql
-- script
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @r int = 0, @sql nvarchar(max), @def nvarchar(max);
BEGIN TRY
BEGIN TRANSACTION;
IF EXISTS (SELECT 1 FROM [dbo].[docs] WITH (TABLOCKX, HOLDLOCK)) SET @r = 1;
IF @r <> 0
BEGIN
ROLLBACK TRANSACTION;
SELECT @r AS refused;
RETURN;
END;
DROP TABLE [dbo].[docs];
SET CONTEXT_INFO 0x01;
COMMIT TRANSACTION;
END TRY
BEGIN CATCH
IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;
THROW;
END CATCH;
SELECT @r AS refused;
