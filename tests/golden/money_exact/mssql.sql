-- script, 500 allowed of at most 500, else nothing
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0;
BEGIN TRY
BEGIN TRANSACTION;
SELECT @n = COUNT(*) FROM (SELECT TOP (@P1) 1 AS x FROM [dbo].[tblForeign] WITH (UPDLOCK, SERIALIZABLE) WHERE [Price] >= CAST(@P2 AS money) AND [Fee] IN (CAST(@P3 AS smallmoney), CAST(@P4 AS smallmoney)) AND [Price] <> [Price]) AS q;
IF @n BETWEEN 1 AND @P5
BEGIN
UPDATE [dbo].[tblForeign] SET [Price] = CAST(@P6 AS decimal(19,4)), [Fee] = CAST(@P7 AS decimal(19,4)) WHERE [Price] >= CAST(@P2 AS money) AND [Fee] IN (CAST(@P3 AS smallmoney), CAST(@P4 AS smallmoney)) AND [Price] <> [Price];
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
--   @P2 money = 922337203685477.5807
--   @P3 smallmoney = 1.0000
--   @P4 smallmoney = 2.5000
--   @P5 bigint = 500
--   @P6 money = -922337203685477.5808
--   @P7 smallmoney = 0.0001
