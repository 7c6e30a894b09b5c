-- script, 500 allowed of at most 500, else nothing
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0;
BEGIN TRY
BEGIN TRANSACTION;
SELECT @n = COUNT(*) FROM (SELECT TOP (@P1) 1 AS x FROM [dbo].[tblEncodings] WITH (UPDLOCK, SERIALIZABLE) WHERE [Wide] = @P2) AS q;
IF @n BETWEEN 1 AND @P3
BEGIN
UPDATE [dbo].[tblEncodings] SET [Latin] = @P4, [Greek] = @P5, [Utf8] = @P6, [Dos] = @P7, [Padded] = @P8, [Long] = @P9 WHERE [Wide] = @P2;
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
SELECT @n AS matched, @a AS affected, NULL AS generated;
--   @P1 bigint = 501
--   @P2 nvarchar(20) = 'x'
--   @P3 bigint = 500
--   @P4 varchar(20) = 'Müller €'
--   @P5 varchar(20) = 'αβγ'
--   @P6 varchar(20) = '大阪'
--   @P7 varchar(20) = 'abc'
--   @P8 char(8) = 'Ä'
--   @P9 varchar(max) = 'ß'
