-- script, 1 allowed of at most 500, else insert
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0, @id decimal(38,0);
DECLARE @log_id uniqueidentifier = @P1, @log_step int = @P2, @log_client nvarchar(256) = @P3, @log_api nvarchar(20) = @P4, @log_entity nvarchar(128) = @P5, @log_table nvarchar(257) = @P6, @log_operation nvarchar(100) = @P7, @log_clause nvarchar(max), @log_columns nvarchar(max) = @P8;
DECLARE @log TABLE (k0 bigint, [before] nvarchar(max));
BEGIN TRY
BEGIN TRANSACTION;
SELECT @n = COUNT(*) FROM (SELECT TOP (@P9) 1 AS x FROM [dbo].[tblCustomers] WITH (UPDLOCK, SERIALIZABLE) WHERE [VendorCode] = CAST(@P10 AS varchar(8000)) AND [City] = @P11) AS q;
IF @n BETWEEN 1 AND @P12
BEGIN
INSERT INTO @log (k0, [before])
SELECT t.[CustomerId], CAST(N'[' AS nvarchar(max)) + N'"' + CAST(t.[CustomerId] AS nvarchar(50)) + N'"' + N',' + N'"' + STRING_ESCAPE(CAST(t.[VendorName] AS nvarchar(max)), 'json') + N'"' + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(t.[VendorCode] AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(t.[City] AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + CAST(t.[CreditLimit] AS nvarchar(50)) + N'"', N'null') + N',' + N'"' + CAST(t.[CreditUsed] AS nvarchar(50)) + N'"' + N',' + N'"' + CAST(t.[IsActive] AS nvarchar(50)) + N'"' + N',' + COALESCE(N'"' + CAST(t.[Rating] AS nvarchar(50)) + N'"', N'null') + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(t.[Notes] AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + CONVERT(nvarchar(max), t.[Logo], 1) + N'"', N'null') + N',' + N'"' + CAST(t.[RowGuid] AS nvarchar(36)) + N'"' + N',' + COALESCE(N'"' + CAST(t.[ParentGuid] AS nvarchar(36)) + N'"', N'null') + N',' + N'"' + CAST(t.[DateEntered] AS nvarchar(40)) + N'"' + N',' + COALESCE(N'"' + CONVERT(nvarchar(10), t.[LastContact], 23) + N'"', N'null') + N']' FROM [dbo].[tblCustomers] AS t WITH (UPDLOCK, SERIALIZABLE) WHERE [VendorCode] = CAST(@P10 AS varchar(8000)) AND [City] = @P11;
UPDATE [dbo].[tblCustomers] SET [VendorName] = @P13, [City] = @P14 WHERE [VendorCode] = CAST(@P10 AS varchar(8000)) AND [City] = @P11;
SET @a = @@ROWCOUNT;
END
ELSE IF @n = 0
BEGIN
INSERT INTO [dbo].[tblCustomers] ([VendorName], [City], [RowGuid], [DateEntered]) OUTPUT inserted.[CustomerId] INTO @log (k0) VALUES (@P13, @P14, @P15, CAST(@P16 AS datetime2(3)));
SELECT @a = @@ROWCOUNT, @id = SCOPE_IDENTITY();
END;
IF EXISTS (SELECT 1 AS x FROM @log AS l WHERE NOT EXISTS (SELECT 1 AS x FROM [dbo].[tblCustomers] AS t WHERE t.[CustomerId] = l.k0 AND (t.[City] = @P17))) THROW 1875001403, N'A row would be outside of the rows of its writer.', 1;
IF @a = CASE @n WHEN 0 THEN 1 ELSE @n END
BEGIN
INSERT INTO [dbo].[upsertd_log] ([log_id], [step], [at], [client], [api], [entity], [table_name], [operation], [clause], [columns], [created], [updated], [deleted])
VALUES (@log_id, @log_step, SYSUTCDATETIME(), @log_client, @log_api, @log_entity, @log_table, @log_operation, @log_clause, @log_columns, CASE @n WHEN 0 THEN @a ELSE 0 END, CASE @n WHEN 0 THEN 0 ELSE @a END, 0);
INSERT INTO [dbo].[upsertd_log_rows] ([log_id], [step], [number], [before], [after])
SELECT @log_id, @log_step, ROW_NUMBER() OVER (ORDER BY (SELECT NULL)) - 1, l.[before], CAST(N'[' AS nvarchar(max)) + N'"' + CAST(t.[CustomerId] AS nvarchar(50)) + N'"' + N',' + N'"' + STRING_ESCAPE(CAST(t.[VendorName] AS nvarchar(max)), 'json') + N'"' + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(t.[VendorCode] AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(t.[City] AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + CAST(t.[CreditLimit] AS nvarchar(50)) + N'"', N'null') + N',' + N'"' + CAST(t.[CreditUsed] AS nvarchar(50)) + N'"' + N',' + N'"' + CAST(t.[IsActive] AS nvarchar(50)) + N'"' + N',' + COALESCE(N'"' + CAST(t.[Rating] AS nvarchar(50)) + N'"', N'null') + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(t.[Notes] AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + CONVERT(nvarchar(max), t.[Logo], 1) + N'"', N'null') + N',' + N'"' + CAST(t.[RowGuid] AS nvarchar(36)) + N'"' + N',' + COALESCE(N'"' + CAST(t.[ParentGuid] AS nvarchar(36)) + N'"', N'null') + N',' + N'"' + CAST(t.[DateEntered] AS nvarchar(40)) + N'"' + N',' + COALESCE(N'"' + CONVERT(nvarchar(10), t.[LastContact], 23) + N'"', N'null') + N']' FROM @log AS l LEFT JOIN [dbo].[tblCustomers] AS t ON t.[CustomerId] = l.k0;
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
--   @P1 uniqueidentifier = 01900000-0000-7000-8000-000000000001
--   @P2 int = 2
--   @P3 nvarchar(max) = 'office'
--   @P4 nvarchar(max) = 'admin'
--   @P5 nvarchar(max) = 'tblCustomers'
--   @P6 nvarchar(max) = 'dbo.tblCustomers'
--   @P7 nvarchar(max) = 'test'
--   @P8 nvarchar(max) = '["CustomerId","VendorName","VendorCode","City","CreditLimit","CreditUsed","IsActive","Rating","Notes","Logo","RowGuid","ParentGuid","DateEntered","LastContact"]'
--   @P9 bigint = 501
--   @P10 varchar(20) = 'A'
--   @P11 nvarchar(60) = 'Rome'
--   @P12 bigint = 1
--   @P13 nvarchar(100) = 'New'
--   @P14 nvarchar(60) = 'Rome'
--   @P15 uniqueidentifier = 00112233-4455-6677-8899-aabbccddeeff
--   @P16 datetime2(3) = 2026-01-31 13:45:59.123
--   @P17 nvarchar(60) = 'Rome'
