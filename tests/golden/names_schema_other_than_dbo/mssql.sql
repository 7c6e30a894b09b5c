-- script, 1 allowed of at most 500, else insert
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0, @id decimal(38,0);
BEGIN TRY
BEGIN TRANSACTION;
SELECT @n = COUNT(*) FROM (SELECT TOP (@P1) 1 AS x FROM [sales].[tblOrders] WITH (UPDLOCK, SERIALIZABLE) WHERE [Status] = @P2) AS q;
IF @n BETWEEN 1 AND @P3
BEGIN
UPDATE [sales].[tblOrders] SET [OrderNo] = @P4, [CustomerId] = @P5, [Status] = @P6 WHERE [Status] = @P2;
SET @a = @@ROWCOUNT;
END
ELSE IF @n = 0
BEGIN
INSERT INTO [sales].[tblOrders] ([OrderNo], [CustomerId], [Status]) VALUES (@P4, @P5, @P6);
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
--   @P1 bigint = 501
--   @P2 nvarchar(20) = 'new'
--   @P3 bigint = 1
--   @P4 varchar(20) = 'A-1'
--   @P5 bigint = 7
--   @P6 nvarchar(20) = 'open'
