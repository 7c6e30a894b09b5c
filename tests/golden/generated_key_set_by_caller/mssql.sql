-- script, insert
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0;
BEGIN TRANSACTION;
INSERT INTO [dbo].[tblCountries] ([CountryCode], [CountryName]) VALUES (@P1, @P2);
SET @a = @@ROWCOUNT;
IF @a = CASE @n WHEN 0 THEN 1 ELSE @n END
BEGIN
SET CONTEXT_INFO 0x01;
COMMIT TRANSACTION;
END
ELSE ROLLBACK TRANSACTION;
SELECT @n AS matched, @a AS affected, @P1 AS generated;
--   @P1 nchar(2) = 'GR'
--   @P2 nvarchar(60) = 'Ελλάδα'
