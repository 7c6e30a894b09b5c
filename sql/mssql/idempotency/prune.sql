-- Forgets requests from before a moment, so many at most, oldest first.
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @old TABLE (key_hash binary(32));
DECLARE @forgotten int;
BEGIN TRY
BEGIN TRANSACTION;
INSERT INTO @old (key_hash)
SELECT TOP (@P2) key_hash FROM dbo.upsertd_idempotency WHERE at < CAST(@P1 AS datetime2(3)) ORDER BY at;
DELETE s FROM dbo.upsertd_idempotency_steps AS s JOIN @old AS o ON o.key_hash = s.key_hash;
DELETE i FROM dbo.upsertd_idempotency AS i JOIN @old AS o ON o.key_hash = i.key_hash;
SET @forgotten = @@ROWCOUNT;
SET CONTEXT_INFO 0x01;
COMMIT TRANSACTION;
END TRY
BEGIN CATCH
IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;
THROW;
END CATCH;
SELECT @forgotten AS forgotten;
