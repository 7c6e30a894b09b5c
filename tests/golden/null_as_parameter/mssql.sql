-- script, 1 allowed of at most 500, else insert
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0, @id decimal(38,0);
BEGIN TRY
BEGIN TRANSACTION;
SELECT @n = COUNT(*) FROM (SELECT TOP (@P1) 1 AS x FROM [dbo].[tblCustomers] WITH (UPDLOCK, SERIALIZABLE) WHERE [VendorName] = @P2) AS q;
IF @n BETWEEN 1 AND @P3
BEGIN
UPDATE [dbo].[tblCustomers] SET [VendorName] = @P4, [City] = @P5, [CreditLimit] = CAST(@P6 AS decimal(12,2)), [Rating] = @P7, [LastContact] = CAST(@P8 AS date), [Logo] = @P9 WHERE [VendorName] = @P2;
SET @a = @@ROWCOUNT;
END
ELSE IF @n = 0
BEGIN
INSERT INTO [dbo].[tblCustomers] ([VendorName], [City], [CreditLimit], [Rating], [LastContact], [Logo], [RowGuid], [DateEntered]) VALUES (@P4, @P5, CAST(@P6 AS decimal(12,2)), @P7, CAST(@P8 AS date), @P9, @P10, CAST(@P11 AS datetime2(3)));
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
--   @P2 nvarchar(100) = 'Acme'
--   @P3 bigint = 1
--   @P4 nvarchar(100) = 'Acme'
--   @P5 nvarchar(60) = NULL
--   @P6 decimal(12,2) = NULL
--   @P7 tinyint = NULL
--   @P8 date = NULL
--   @P9 varbinary(max) = NULL
--   @P10 uniqueidentifier = 00112233-4455-6677-8899-aabbccddeeff
--   @P11 datetime2(3) = 2026-01-31 13:45:59.123
