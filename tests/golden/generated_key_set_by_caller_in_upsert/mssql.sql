-- script, 1 allowed of at most 500, else insert
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0;
BEGIN TRY
BEGIN TRANSACTION;
SELECT @n = COUNT(*) FROM (SELECT TOP (@P1) 1 AS x FROM [dbo].[tblCountries] WITH (UPDLOCK, SERIALIZABLE) WHERE [CountryName] = @P2) AS q;
IF @n BETWEEN 1 AND @P3
BEGIN
UPDATE [dbo].[tblCountries] SET [CountryCode] = @P4, [CountryName] = @P5 WHERE [CountryName] = @P2;
SET @a = @@ROWCOUNT;
END
ELSE IF @n = 0
BEGIN
INSERT INTO [dbo].[tblCountries] ([CountryCode], [CountryName]) VALUES (@P4, @P5);
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
SELECT @n AS matched, @a AS affected, @P4 AS generated;
--   @P1 bigint = 501
--   @P2 nvarchar(60) = 'Greece'
--   @P3 bigint = 1
--   @P4 nchar(2) = 'GR'
--   @P5 nvarchar(60) = 'Ελλάδα'
