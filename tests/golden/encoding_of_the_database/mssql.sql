-- script, 500 allowed of at most 500, else nothing
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0;
BEGIN TRY
BEGIN TRANSACTION;
SELECT @n = COUNT(*) FROM (SELECT TOP (@P1) 1 AS x FROM [dbo].[tblEncodings] WITH (UPDLOCK, SERIALIZABLE) WHERE [Latin] = CAST(@P2 AS varchar(8000)) AND [Padded] IN (CAST(@P3 AS varchar(8000)), CAST(@P4 AS varchar(8000))) AND [Long] BETWEEN CAST(@P5 AS varchar(8000)) AND CAST(@P6 AS varchar(8000))) AS q;
IF @n BETWEEN 1 AND @P7
BEGIN
UPDATE [dbo].[tblEncodings] SET [Wide] = @P8 WHERE [Latin] = CAST(@P2 AS varchar(8000)) AND [Padded] IN (CAST(@P3 AS varchar(8000)), CAST(@P4 AS varchar(8000))) AND [Long] BETWEEN CAST(@P5 AS varchar(8000)) AND CAST(@P6 AS varchar(8000));
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
--   @P2 varchar(20) = 'Müller €'
--   @P3 char(8) = 'Ä'
--   @P4 char(8) = 'Ö'
--   @P5 varchar(max) = 'ä'
--   @P6 varchar(max) = 'ö'
--   @P7 bigint = 500
--   @P8 nvarchar(20) = 'x'
