-- script, 500 allowed of at most 500, else nothing
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0;
BEGIN TRY
BEGIN TRANSACTION;
SELECT @n = COUNT(*) FROM (SELECT TOP (@P1) 1 AS x FROM [dbo].[tblForeign] WITH (UPDLOCK, SERIALIZABLE) WHERE [Stamp] = @P2 AND [Stamp] > @P3) AS q;
IF @n BETWEEN 1 AND @P4
BEGIN
UPDATE [dbo].[tblForeign] SET [Body] = @P5 WHERE [Stamp] = @P2 AND [Stamp] > @P3;
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
--   @P2 rowversion = [00, 00, 00, 00, 00, 00, 07, d1]
--   @P3 rowversion = [00, 00, 00, 00, 00, 00, 07, d0]
--   @P4 bigint = 500
--   @P5 text = 'x'
