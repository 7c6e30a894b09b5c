-- script, 500 allowed of at most 500, else nothing
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0;
BEGIN TRY
BEGIN TRANSACTION;
SELECT @n = COUNT(*) FROM (SELECT TOP (@P1) 1 AS x FROM [dbo].[tblForeign] WITH (UPDLOCK, SERIALIZABLE) WHERE CAST([Stamp] AS varbinary(8)) = @P2 AND CAST([Stamp] AS varbinary(8)) IN (@P3, @P4) AND CAST([Stamp] AS varbinary(8)) BETWEEN @P5 AND @P6) AS q;
IF @n BETWEEN 1 AND @P7
BEGIN
UPDATE [dbo].[tblForeign] SET [Body] = @P8 WHERE CAST([Stamp] AS varbinary(8)) = @P2 AND CAST([Stamp] AS varbinary(8)) IN (@P3, @P4) AND CAST([Stamp] AS varbinary(8)) BETWEEN @P5 AND @P6;
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
--   @P2 rowversion = [00, 00, 00, 00, 00, 00, 07, d1, 00]
--   @P3 rowversion = [00, 00, 00, 00, 00, 00, 07, d1]
--   @P4 rowversion = [00, 00, 00, 00, 00, 00, 07, d1, 00]
--   @P5 rowversion = [00]
--   @P6 rowversion = [00, 00, 00, 00, 00, 00, 07, d1, 00]
--   @P7 bigint = 500
--   @P8 text = 'x'
