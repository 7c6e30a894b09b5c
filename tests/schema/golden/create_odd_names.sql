==== Sqlite
-- run
CREATE TABLE "q""]; DROP TABLE docs; --'" ("we""] '(ird" "nvarchar(max)" COLLATE NOCASE DEFAULT ''');--', "@P1 ?1" INTEGER PRIMARY KEY)
==== Mssql
-- script
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
DECLARE @r int = 0, @sql nvarchar(max), @def nvarchar(max);
BEGIN TRY
BEGIN TRANSACTION;
CREATE TABLE [q"]]; DROP TABLE docs; --'] ([we"]] '(ird] nvarchar(max) NULL DEFAULT (N''');--'), [@P1 ?1] bigint IDENTITY(1,1) NOT NULL, PRIMARY KEY ([@P1 ?1]));
SET CONTEXT_INFO 0x01;
COMMIT TRANSACTION;
END TRY
BEGIN CATCH
IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;
THROW;
END CATCH;
SELECT @r AS refused;
