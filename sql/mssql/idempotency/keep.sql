-- Keeps the answer of a request. What its writes came to is of no use any more.
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
BEGIN TRY
BEGIN TRANSACTION;
UPDATE dbo.upsertd_idempotency WITH (UPDLOCK, SERIALIZABLE) SET status = @P4, headers = @P5, body = @P6
WHERE key_hash = @P1;
IF @@ROWCOUNT = 0
INSERT INTO dbo.upsertd_idempotency (key_hash, client, fingerprint, at, status, headers, body)
VALUES (@P1, @P2, @P3, SYSUTCDATETIME(), @P4, @P5, @P6);
DELETE FROM dbo.upsertd_idempotency_steps WHERE key_hash = @P1;
SET CONTEXT_INFO 0x01;
COMMIT TRANSACTION;
END TRY
BEGIN CATCH
IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;
THROW;
END CATCH;
