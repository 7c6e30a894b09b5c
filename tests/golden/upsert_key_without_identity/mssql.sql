-- script, 1 allowed of at most 500, else insert
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0;
BEGIN TRY
BEGIN TRANSACTION;
UPDATE [dbo].[tblCountries] WITH (UPDLOCK, SERIALIZABLE) SET [CountryCode] = @P1, [CountryName] = @P2 WHERE [CountryCode] = @P3;
SELECT @n = @@ROWCOUNT, @a = CASE WHEN @@ROWCOUNT > @P4 THEN 0 ELSE @@ROWCOUNT END;
IF @n = 0
BEGIN
INSERT INTO [dbo].[tblCountries] ([CountryCode], [CountryName]) VALUES (@P1, @P2);
SET @a = @@ROWCOUNT;
END;
IF @a = CASE @n WHEN 0 THEN 1 ELSE @n END
BEGIN
SET CONTEXT_INFO 0x01;
COMMIT TRANSACTION;
END
ELSE ROLLBACK TRANSACTION;
END TRY
BEGIN CATCH
IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;
THROW;
END CATCH;
SELECT @n AS matched, @a AS affected, @P1 AS generated;
--   @P1 nchar(2) = 'IT'
--   @P2 nvarchar(60) = 'Italy'
--   @P3 nchar(2) = 'IT'
--   @P4 bigint = 1
