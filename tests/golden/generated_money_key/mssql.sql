-- script, insert
SET NOCOUNT, XACT_ABORT ON;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0;
BEGIN TRANSACTION;
INSERT INTO [dbo].[tblBands] ([UpTo], [Label]) VALUES (CAST(@P1 AS decimal(19,4)), @P2);
SET @a = @@ROWCOUNT;
IF @a = CASE @n WHEN 0 THEN 1 ELSE @n END COMMIT TRANSACTION; ELSE ROLLBACK TRANSACTION;
SELECT @n AS matched, @a AS affected, CAST(@P1 AS decimal(19,4)) AS generated;
--   @P1 money = 1000.5000
--   @P2 nvarchar(20) = 'small'
