==== Sqlite
-- run
CREATE TABLE "t" ("a" "nvarchar(max)" COLLATE NOCASE NOT NULL, "b" "varbinary(max)" NOT NULL, "c" "bigint" NOT NULL, PRIMARY KEY ("c", "a", "b"))
==== Mssql
-- script
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @r int = 0, @sql nvarchar(max), @def nvarchar(max);
BEGIN TRY
BEGIN TRANSACTION;
CREATE TABLE [t] ([a] nvarchar(225) NOT NULL, [b] varbinary(450) NOT NULL, [c] bigint NOT NULL, PRIMARY KEY ([c], [a], [b]));
SET CONTEXT_INFO 0x01;
COMMIT TRANSACTION;
END TRY
BEGIN CATCH
IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;
THROW;
END CATCH;
SELECT @r AS refused;
