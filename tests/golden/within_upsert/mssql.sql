-- script, 1 allowed of at most 500, else insert
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
IF OBJECT_ID('tempdb..#upsertd_w') IS NOT NULL DROP TABLE #upsertd_w;
SELECT [City] INTO #upsertd_w FROM [dbo].[tblCustomers] WHERE 1 = 0 UNION ALL SELECT [City] FROM [dbo].[tblCustomers] WHERE 1 = 0;
DECLARE @n int = 0, @a int = 0, @id decimal(38,0);
BEGIN TRY
BEGIN TRANSACTION;
SELECT @n = COUNT(*) FROM (SELECT TOP (@P1) 1 AS x FROM [dbo].[tblCustomers] WITH (UPDLOCK, SERIALIZABLE) WHERE [VendorCode] = CAST(@P2 AS varchar(8000)) AND [City] = @P3) AS q;
IF @n BETWEEN 1 AND @P4
BEGIN
UPDATE [dbo].[tblCustomers] SET [VendorName] = @P5, [City] = @P6 OUTPUT inserted.[City] INTO #upsertd_w ([City]) WHERE [VendorCode] = CAST(@P2 AS varchar(8000)) AND [City] = @P3;
SET @a = @@ROWCOUNT;
END
ELSE IF @n = 0
BEGIN
INSERT INTO [dbo].[tblCustomers] ([VendorName], [City], [RowGuid], [DateEntered]) OUTPUT inserted.[City] INTO #upsertd_w ([City]) VALUES (@P5, @P6, @P7, CAST(@P8 AS datetime2(3)));
SELECT @a = @@ROWCOUNT, @id = SCOPE_IDENTITY();
END;
IF (SELECT COUNT(*) FROM #upsertd_w) <> (SELECT COUNT(*) FROM #upsertd_w WHERE [City] = @P9) THROW 1875001403, N'A row would be outside of the rows of its writer.', 1;
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
--   @P2 varchar(20) = 'A'
--   @P3 nvarchar(60) = 'Rome'
--   @P4 bigint = 1
--   @P5 nvarchar(100) = 'New'
--   @P6 nvarchar(60) = 'Rome'
--   @P7 uniqueidentifier = 00112233-4455-6677-8899-aabbccddeeff
--   @P8 datetime2(3) = 2026-01-31 13:45:59.123
--   @P9 nvarchar(60) = 'Rome'
