==== Sqlite
-- run
CREATE TABLE "t" ("a" "nvarchar(max)" COLLATE NOCASE NOT NULL, "b" "float", PRIMARY KEY ("a"))
==== Mssql
-- script
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
DECLARE @r int = 0, @sql nvarchar(max), @def nvarchar(max);
BEGIN TRY
BEGIN TRANSACTION;
CREATE TABLE [t] ([a] nvarchar(450) NOT NULL, [b] float NULL, PRIMARY KEY ([a]));
SET CONTEXT_INFO 0x01;
COMMIT TRANSACTION;
END TRY
BEGIN CATCH
IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;
THROW;
END CATCH;
SELECT @r AS refused;
