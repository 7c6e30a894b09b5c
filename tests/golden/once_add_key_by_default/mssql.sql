-- script, insert
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0; DECLARE @made TABLE (id uniqueidentifier);
DECLARE @once_key binary(32) = @P1, @once_client nvarchar(256) = @P2, @once_fingerprint binary(32) = @P3, @once_step int = @P4;
BEGIN TRY
BEGIN TRANSACTION;
IF EXISTS (SELECT 1 AS x FROM [dbo].[upsertd_idempotency] WITH (UPDLOCK, SERIALIZABLE) WHERE [key_hash] = @once_key AND [status] IS NOT NULL)
BEGIN
THROW 1875001404, N'The request has its answer already.', 1;
END;
INSERT INTO [dbo].[upsertd_idempotency] ([key_hash], [client], [fingerprint], [at])
SELECT @once_key, @once_client, @once_fingerprint, SYSUTCDATETIME() WHERE NOT EXISTS (SELECT 1 AS x FROM [dbo].[upsertd_idempotency] WITH (UPDLOCK, SERIALIZABLE) WHERE [key_hash] = @once_key);
INSERT INTO [dbo].[upsertd_idempotency_steps] ([key_hash], [step], [part], [outcome])
SELECT @once_key, @once_step, 0, N'';
INSERT INTO [dbo].[tblSessions] ([UserName]) OUTPUT inserted.[SessionId] INTO @made (id) VALUES (@P5);
SET @a = @@ROWCOUNT;
IF @a = CASE @n WHEN 0 THEN 1 ELSE @n END
BEGIN
UPDATE [dbo].[upsertd_idempotency_steps] SET [outcome] = N'["inserted",' + COALESCE(N'"' + CAST((SELECT id FROM @made) AS nvarchar(36)) + N'"', N'null') + N']' WHERE [key_hash] = @once_key AND [step] = @once_step AND [part] = 0;
SET CONTEXT_INFO 0x01;
COMMIT TRANSACTION;
END
ELSE ROLLBACK TRANSACTION;
END TRY
BEGIN CATCH
IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;
THROW;
END CATCH;
SELECT @n AS matched, @a AS affected, (SELECT id FROM @made) AS generated;
--   @P1 binary(32) = [01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01, 01]
--   @P2 nvarchar(max) = 'office'
--   @P3 binary(32) = [02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02, 02]
--   @P4 int = 2
--   @P5 nvarchar(50) = 'ann'
