-- script, 500 allowed of at most 500, else nothing
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0;
BEGIN TRY
BEGIN TRANSACTION;
UPDATE [dbo].[tblEncodings] WITH (UPDLOCK, SERIALIZABLE) SET [Wide] = @P1 WHERE [Latin] = CAST(@P2 AS varchar(8000)) AND [Greek] = CAST(@P3 AS varchar(8000)) AND [Utf8] = CAST(@P4 AS varchar(8000)) AND [Dos] = CAST(@P5 AS varchar(8000)) AND [Long] = CAST(@P6 AS varchar(8000)) AND [Padded] = CAST(@P7 AS varchar(8000));
SELECT @n = @@ROWCOUNT, @a = CASE WHEN @@ROWCOUNT > @P8 THEN 0 ELSE @@ROWCOUNT END;
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
--   @P1 nvarchar(20) = 'x'
--   @P2 varchar(20) = 'abc'
--   @P3 varchar(20) = 'abc'
--   @P4 varchar(20) = 'abc'
--   @P5 varchar(20) = 'abc'
--   @P6 varchar(max) = 'abc'
--   @P7 char(8) = 'abc'
--   @P8 bigint = 500
