-- script, 1 allowed of at most 500, else insert
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;
DECLARE @n int = 0, @a int = 0, @id decimal(38,0);
BEGIN TRY
BEGIN TRANSACTION;
UPDATE [sales].[tblOrders] WITH (UPDLOCK, SERIALIZABLE) SET [OrderNo] = @P1, [CustomerId] = @P2, [Status] = @P3 WHERE [OrderNo] = CAST(@P4 AS varchar(8000));
SELECT @n = @@ROWCOUNT, @a = CASE WHEN @@ROWCOUNT > @P5 THEN 0 ELSE @@ROWCOUNT END;
IF @n = 0
BEGIN
INSERT INTO [sales].[tblOrders] ([OrderNo], [CustomerId], [Status]) VALUES (@P1, @P2, @P3);
SELECT @a = @@ROWCOUNT, @id = SCOPE_IDENTITY();
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
SELECT @n AS matched, @a AS affected, @id AS generated;
--   @P1 varchar(20) = 'A-1'
--   @P2 bigint = 7
--   @P3 nvarchar(20) = 'open'
--   @P4 varchar(20) = 'A-1'
--   @P5 bigint = 1
