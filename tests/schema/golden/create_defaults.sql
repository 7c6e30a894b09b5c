==== Sqlite
-- run
CREATE TABLE "t" ("text" "nvarchar(max)" COLLATE NOCASE DEFAULT 'it''s; DROP TABLE docs --', "lines" "nvarchar(max)" COLLATE NOCASE DEFAULT 'a\
b', "digits" "nvarchar(max)" COLLATE NOCASE DEFAULT '5', "whole" "bigint" DEFAULT -9223372036854775808, "fraction" "float" DEFAULT 1.5e300, "decimal" "decimal(12,2)" DEFAULT 1000.00, "bit" "bit" DEFAULT 1, "bytes" "varbinary(max)" DEFAULT x'0027FF', "none" "nvarchar(max)" COLLATE NOCASE)
==== Mssql
-- script
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @r int = 0, @sql nvarchar(max), @def nvarchar(max);
BEGIN TRY
BEGIN TRANSACTION;
CREATE TABLE [t] ([text] nvarchar(max) NULL DEFAULT (N'it''s; DROP TABLE docs --'), [lines] nvarchar(max) NULL DEFAULT (N'a\' + N'
b'), [digits] nvarchar(max) NULL DEFAULT (N'5'), [whole] bigint NULL DEFAULT (-9223372036854775808), [fraction] float NULL DEFAULT (1.5e300), [decimal] decimal(12,2) NULL DEFAULT (1000.00), [bit] bit NULL DEFAULT (1), [bytes] varbinary(max) NULL DEFAULT (0x0027FF), [none] nvarchar(max) NULL);
SET CONTEXT_INFO 0x01;
COMMIT TRANSACTION;
END TRY
BEGIN CATCH
IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;
THROW;
END CATCH;
SELECT @r AS refused;
