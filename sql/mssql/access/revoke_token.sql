SET NOCOUNT, XACT_ABORT ON;
BEGIN TRANSACTION;
DECLARE @version bigint;
UPDATE dbo.upsertd_access SET version = version + 1 WHERE id = 1;
SELECT @version = version FROM dbo.upsertd_access WHERE id = 1;
INSERT INTO dbo.upsertd_revoked (token_id, until, version)
SELECT @P1, @P2, @version
WHERE NOT EXISTS (SELECT 1 FROM dbo.upsertd_revoked WHERE token_id = @P1);
COMMIT TRANSACTION;
