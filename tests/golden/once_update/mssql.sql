-- script, 500 allowed of at most 500, else nothing
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0;
DECLARE @once_key binary(32) = @P1, @once_client nvarchar(256) = @P2, @once_fingerprint binary(32) = @P3, @once_step int = @P4;
BEGIN TRY
BEGIN TRANSACTION;
UPDATE [sales].[tblOrders] WITH (UPDLOCK, SERIALIZABLE) SET [Status] = @P5, [Total] = CAST(@P6 AS decimal(19,4)) WHERE [OrderId] = @P7;
SELECT @n = @@ROWCOUNT, @a = CASE WHEN @@ROWCOUNT > @P8 THEN 0 ELSE @@ROWCOUNT END;
IF @a = CASE @n WHEN 0 THEN 1 ELSE @n END
BEGIN
INSERT INTO [dbo].[upsertd_idempotency] ([key_hash], [client], [fingerprint], [at])
SELECT @once_key, @once_client, @once_fingerprint, SYSUTCDATETIME() WHERE NOT EXISTS (SELECT 1 AS x FROM [dbo].[upsertd_idempotency] WITH (UPDLOCK, SERIALIZABLE) WHERE [key_hash] = @once_key);
INSERT INTO [dbo].[upsertd_idempotency_steps] ([key_hash], [step], [part], [outcome])
SELECT @once_key, @once_step, 0, N'["updated",' + CAST(@a AS nvarchar(20)) + N']';
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
--   @P1 binary(32) = [01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01]
--   @P2 nvarchar(max) = 'office'
--   @P3 binary(32) = [02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02]
--   @P4 int = 2
--   @P5 nvarchar(20) = 'shipped'
--   @P6 money = 12.5000
--   @P7 bigint = 5
--   @P8 bigint = 500
