-- script, 1 allowed of at most 500, else insert
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0, @id decimal(38,0);
DECLARE @log_id uniqueidentifier = @P1, @log_step int = @P2, @log_client nvarchar(256) = @P3, @log_api nvarchar(20) = @P4, @log_entity nvarchar(128) = @P5, @log_table nvarchar(257) = @P6, @log_operation nvarchar(100) = @P7, @log_clause nvarchar(max), @log_columns nvarchar(max) = @P8;
DECLARE @log TABLE (k0 bigint, [before] nvarchar(max));
BEGIN TRY
BEGIN TRANSACTION;
INSERT INTO @log (k0, [before])
SELECT t.[OrderId], CAST(N'[' AS nvarchar(max)) + N'"' + CAST(t.[OrderId] AS nvarchar(50)) + N'"' + N',' + N'"' + STRING_ESCAPE(CAST(t.[OrderNo] AS nvarchar(max)), 'json') + N'"' + N',' + N'"' + CAST(t.[CustomerId] AS nvarchar(50)) + N'"' + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(t.[Reference] AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(t.[Barcode] AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(t.[Status] AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + CAST(CAST(t.[Total] AS decimal(19,4)) AS nvarchar(50)) + N'"', N'null') + N']' FROM [sales].[tblOrders] AS t WITH (UPDLOCK, SERIALIZABLE) WHERE [OrderId] = @P9;
UPDATE [sales].[tblOrders] WITH (UPDLOCK, SERIALIZABLE) SET [OrderNo] = @P10, [CustomerId] = @P11, [Status] = @P12 WHERE [OrderId] = @P9;
SELECT @n = @@ROWCOUNT, @a = CASE WHEN @@ROWCOUNT > @P13 THEN 0 ELSE @@ROWCOUNT END;
IF @n = 0
BEGIN
INSERT INTO [sales].[tblOrders] ([OrderNo], [CustomerId], [Status]) OUTPUT inserted.[OrderId] INTO @log (k0) VALUES (@P10, @P11, @P12);
SELECT @a = @@ROWCOUNT, @id = SCOPE_IDENTITY();
END;
IF @a = CASE @n WHEN 0 THEN 1 ELSE @n END
BEGIN
INSERT INTO [dbo].[upsertd_log] ([log_id], [step], [at], [client], [api], [entity], [table_name], [operation], [clause], [columns], [created], [updated], [deleted])
VALUES (@log_id, @log_step, SYSUTCDATETIME(), @log_client, @log_api, @log_entity, @log_table, @log_operation, @log_clause, @log_columns, CASE @n WHEN 0 THEN @a ELSE 0 END, CASE @n WHEN 0 THEN 0 ELSE @a END, 0);
INSERT INTO [dbo].[upsertd_log_rows] ([log_id], [step], [number], [before], [after])
SELECT @log_id, @log_step, ROW_NUMBER() OVER (ORDER BY (SELECT NULL)) - 1, l.[before], CAST(N'[' AS nvarchar(max)) + N'"' + CAST(t.[OrderId] AS nvarchar(50)) + N'"' + N',' + N'"' + STRING_ESCAPE(CAST(t.[OrderNo] AS nvarchar(max)), 'json') + N'"' + N',' + N'"' + CAST(t.[CustomerId] AS nvarchar(50)) + N'"' + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(t.[Reference] AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(t.[Barcode] AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(t.[Status] AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + CAST(CAST(t.[Total] AS decimal(19,4)) AS nvarchar(50)) + N'"', N'null') + N']' FROM @log AS l LEFT JOIN [sales].[tblOrders] AS t ON t.[OrderId] = l.k0;
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
--   @P5 nvarchar(max) = 'tblOrders'
--   @P6 nvarchar(max) = 'sales.tblOrders'
--   @P7 nvarchar(max) = 'test'
--   @P8 nvarchar(max) = '["OrderId","OrderNo","CustomerId","Reference","Barcode","Status","Total"]'
--   @P9 bigint = 5
--   @P10 varchar(20) = 'A-1'
--   @P11 bigint = 7
--   @P12 nvarchar(20) = 'open'
--   @P13 bigint = 1
