-- Forgets writes and errors from before a moment, so many of either at most, oldest first.
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @old TABLE (log_id uniqueidentifier, step int);
DECLARE @writes int, @errors int;
BEGIN TRY
BEGIN TRANSACTION;
INSERT INTO @old (log_id, step)
SELECT TOP (@P2) log_id, step FROM dbo.upsertd_log WHERE at < CAST(@P1 AS datetime2(3)) ORDER BY at;
DELETE r FROM dbo.upsertd_log_rows AS r JOIN @old AS o ON o.log_id = r.log_id AND o.step = r.step;
DELETE l FROM dbo.upsertd_log AS l JOIN @old AS o ON o.log_id = l.log_id AND o.step = l.step;
SET @writes = @@ROWCOUNT;
DELETE FROM dbo.upsertd_log_errors WHERE log_id IN
    (SELECT TOP (@P2) log_id FROM dbo.upsertd_log_errors WHERE at < CAST(@P1 AS datetime2(3)) ORDER BY at);
SET @errors = @@ROWCOUNT;
SET CONTEXT_INFO 0x01;
COMMIT TRANSACTION;
END TRY
BEGIN CATCH
IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;
THROW;
END CATCH;
SELECT @writes + @errors AS forgotten;
