-- script, 1 allowed of at most 500, else insert
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0, @id decimal(38,0);
DECLARE @log_id uniqueidentifier = @P1, @log_step int = @P2, @log_client nvarchar(256) = @P3, @log_api nvarchar(20) = @P4, @log_entity nvarchar(128) = @P5, @log_table nvarchar(257) = @P6, @log_operation nvarchar(100) = @P7, @log_clause nvarchar(max), @log_columns nvarchar(max);
BEGIN TRY
BEGIN TRANSACTION;
UPDATE [sales].[tblOrders] WITH (UPDLOCK, SERIALIZABLE) SET [OrderNo] = @P8, [CustomerId] = @P9, [Status] = @P10 WHERE [OrderId] = @P11;
SELECT @n = @@ROWCOUNT, @a = CASE WHEN @@ROWCOUNT > @P12 THEN 0 ELSE @@ROWCOUNT END;
IF @n = 0
BEGIN
INSERT INTO [sales].[tblOrders] ([OrderNo], [CustomerId], [Status]) VALUES (@P8, @P9, @P10);
SELECT @a = @@ROWCOUNT, @id = SCOPE_IDENTITY();
END;
IF @a = CASE @n WHEN 0 THEN 1 ELSE @n END
BEGIN
INSERT INTO [dbo].[upsertd_log] ([log_id], [step], [at], [client], [api], [entity], [table_name], [operation], [clause], [columns], [created], [updated], [deleted])
VALUES (@log_id, @log_step, SYSUTCDATETIME(), @log_client, @log_api, @log_entity, @log_table, @log_operation, @log_clause, @log_columns, CASE @n WHEN 0 THEN @a ELSE 0 END, CASE @n WHEN 0 THEN 0 ELSE @a END, 0);
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
--   @P8 varchar(20) = 'A-1'
--   @P9 bigint = 7
--   @P10 nvarchar(20) = 'open'
--   @P11 bigint = 5
--   @P12 bigint = 1
