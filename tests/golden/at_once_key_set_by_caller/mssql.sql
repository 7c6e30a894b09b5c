-- script, 1 allowed of at most 500, else insert
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0;
BEGIN TRY
BEGIN TRANSACTION;
UPDATE [dbo].[tblRates] WITH (UPDLOCK, SERIALIZABLE) SET [Currency] = @P1, [Day] = CAST(@P2 AS date), [Rate] = CAST(@P3 AS decimal(19,9)) WHERE [Currency] = @P4 AND [Day] = CAST(@P5 AS date);
SELECT @n = @@ROWCOUNT, @a = CASE WHEN @@ROWCOUNT > @P6 THEN 0 ELSE @@ROWCOUNT END;
IF @n = 0
BEGIN
INSERT INTO [dbo].[tblRates] ([Currency], [Day], [Rate]) VALUES (@P1, CAST(@P2 AS date), CAST(@P3 AS decimal(19,9)));
SET @a = @@ROWCOUNT;
END;
IF @a = CASE @n WHEN 0 THEN 1 ELSE @n END
BEGIN
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
--   @P1 nchar(3) = 'EUR'
--   @P2 date = 2026-01-31
--   @P3 decimal(19,9) = 1.085000000
--   @P4 nchar(3) = 'EUR'
--   @P5 date = 2026-01-31
--   @P6 bigint = 1
