-- An empty text, and 0 as a time, stand for NULL. @P11 is the version that the client must still have; 0: it must not be
-- there yet.
SET NOCOUNT, XACT_ABORT ON;
BEGIN TRANSACTION;
DECLARE @version bigint, @written int;
UPDATE dbo.upsertd_access SET version = version + 1 WHERE id = 1;
SELECT @version = version FROM dbo.upsertd_access WHERE id = 1;
IF @P11 = 0
BEGIN
    INSERT INTO dbo.upsertd_clients (id, secret_hash, former_hash, former_until, rights, app_tokens, generation, revoked,
                                     created_at, changed_at, version)
    SELECT @P1, NULLIF(@P2, N''), NULLIF(@P3, N''), NULLIF(@P4, 0), @P5, @P6, @P7, @P8, @P9, @P10, @version
    WHERE NOT EXISTS (SELECT 1 FROM dbo.upsertd_clients WHERE id = @P1);
    SET @written = @@ROWCOUNT;
END
ELSE
BEGIN
    UPDATE dbo.upsertd_clients
    SET secret_hash = NULLIF(@P2, N''), former_hash = NULLIF(@P3, N''), former_until = NULLIF(@P4, 0), rights = @P5,
        app_tokens = @P6, generation = @P7, revoked = @P8, created_at = @P9, changed_at = @P10, version = @version
    WHERE id = @P1 AND version = @P11;
    SET @written = @@ROWCOUNT;
END
COMMIT TRANSACTION;
SELECT @written AS written;
