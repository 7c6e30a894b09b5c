-- script, 500 allowed of at most 500, else nothing
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0;
BEGIN TRANSACTION;
UPDATE [sales].[tblOrders] WITH (UPDLOCK, SERIALIZABLE) SET [Status] = @P1, [Total] = CAST(@P2 AS decimal(19,4)) WHERE [OrderId] = @P3;
SELECT @n = @@ROWCOUNT, @a = CASE WHEN @@ROWCOUNT > @P4 THEN 0 ELSE @@ROWCOUNT END;
IF @a = CASE @n WHEN 0 THEN 1 ELSE @n END
BEGIN
SET CONTEXT_INFO 0x01;
COMMIT TRANSACTION;
END
ELSE ROLLBACK TRANSACTION;
SELECT @n AS matched, @a AS affected, NULL AS generated;
--   @P1 nvarchar(20) = 'shipped'
--   @P2 money = 12.5000
--   @P3 bigint = 5
--   @P4 bigint = 500
