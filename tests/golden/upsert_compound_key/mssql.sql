-- script, 1 allowed of at most 500, else no insert
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0;
BEGIN TRY
BEGIN TRANSACTION;
UPDATE [dbo].[tblShares] WITH (UPDLOCK, SERIALIZABLE) SET [CustomerId] = @P1, [CountryCode] = @P2, [Share] = CAST(@P3 AS decimal(5,2)) WHERE [CustomerId] = @P4 AND [CountryCode] = @P5;
SELECT @n = @@ROWCOUNT, @a = CASE WHEN @@ROWCOUNT > @P6 THEN 0 ELSE @@ROWCOUNT END;
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
--   @P1 bigint = 1
--   @P2 nchar(2) = 'IT'
--   @P3 decimal(5,2) = 12.50
--   @P4 bigint = 1
--   @P5 nchar(2) = 'IT'
--   @P6 bigint = 1
-- no insert: No row can be inserted: 'OwnerGuid' must have a value, has no default and cannot be set by callers; the table needs a default.
