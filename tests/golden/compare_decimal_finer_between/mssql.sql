-- script, 500 allowed of at most 500, else nothing
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0;
BEGIN TRY
BEGIN TRANSACTION;
SELECT @n = COUNT(*) FROM (SELECT TOP (@P1) 1 AS x FROM [dbo].[tblCustomers] WITH (UPDLOCK, SERIALIZABLE) WHERE [CreditLimit] > CAST(@P2 AS decimal(12,2)) AND [CreditLimit] <= CAST(@P3 AS decimal(12,2))) AS q;
IF @n BETWEEN 1 AND @P4
BEGIN
UPDATE [dbo].[tblCustomers] SET [City] = @P5 WHERE [CreditLimit] > CAST(@P2 AS decimal(12,2)) AND [CreditLimit] <= CAST(@P3 AS decimal(12,2));
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
--   @P2 decimal(12,2) = 1.00
--   @P3 decimal(12,2) = 2.00
--   @P4 bigint = 500
--   @P5 nvarchar(60) = 'Rome'
