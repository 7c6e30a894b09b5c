-- script, 500 allowed of at most 500, else nothing
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0;
BEGIN TRANSACTION;
UPDATE [dbo].[tblEncodings] WITH (UPDLOCK, SERIALIZABLE) SET [Wide] = @P1 WHERE [Code] = CAST(@P2 AS varchar(8000));
SELECT @n = @@ROWCOUNT, @a = @@ROWCOUNT;
IF @a = CASE @n WHEN 0 THEN 1 ELSE @n END
BEGIN
SET CONTEXT_INFO 0x01;
COMMIT TRANSACTION;
END
ELSE ROLLBACK TRANSACTION;
SELECT @n AS matched, @a AS affected, NULL AS generated;
--   @P1 nvarchar(20) = 'x'
--   @P2 varchar(10) = 'Straße'
