-- look
SELECT TOP (@P1) [Version] FROM [dbo].[tblEmployees] WITH (UPDLOCK, SERIALIZABLE) WHERE [EmployeeId] = @P2;
--   @P1 bigint = 2
--   @P2 bigint = 5
-- script, 1 allowed of at most 500, else no insert
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0;
BEGIN TRY
BEGIN TRANSACTION;
UPDATE [dbo].[tblEmployees] WITH (UPDLOCK, SERIALIZABLE) SET [UserName] = @P1 WHERE [EmployeeId] = @P2;
SELECT @n = @@ROWCOUNT, @a = CASE WHEN @@ROWCOUNT > @P3 THEN 0 ELSE @@ROWCOUNT END;
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
--   @P1 nvarchar(50) = 'ann'
--   @P2 bigint = 5
--   @P3 bigint = 1
-- no insert: No row can be inserted: 'Payroll' must have a value, has no default and cannot be set by callers; the table needs a default.
