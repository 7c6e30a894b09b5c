-- look
SELECT TOP (@P1) 1 AS x FROM [dbo].[tblCountries] WITH (UPDLOCK, SERIALIZABLE) WHERE [CountryCode] = @P2;
--   @P1 bigint = 2
--   @P2 nchar(2) = 'GR'
-- script, 1 allowed of at most 500, else no insert
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0;
BEGIN TRY
BEGIN TRANSACTION;
UPDATE [dbo].[tblCountries] WITH (UPDLOCK, SERIALIZABLE) SET [CountryName] = @P1 WHERE [CountryCode] = @P2;
SELECT @n = @@ROWCOUNT, @a = CASE WHEN @@ROWCOUNT > @P3 THEN 0 ELSE @@ROWCOUNT END;
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
SELECT @n AS matched, @a AS affected, NULL AS generated;
--   @P1 nvarchar(60) = 'Greece'
--   @P2 nchar(2) = 'GR'
--   @P3 bigint = 1
-- no insert: An insert needs 'CountryCode' and Tuples lack it; add it.
