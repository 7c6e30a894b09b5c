-- script, insert
SET NOCOUNT, XACT_ABORT ON;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0, @id decimal(38,0);
BEGIN TRANSACTION;
INSERT INTO [dbo].[tblForeign] ([Body], [Price]) VALUES (@P1, CAST(@P2 AS decimal(19,4)));
SELECT @a = @@ROWCOUNT, @id = SCOPE_IDENTITY();
IF @a = CASE @n WHEN 0 THEN 1 ELSE @n END COMMIT TRANSACTION; ELSE ROLLBACK TRANSACTION;
SELECT @n AS matched, @a AS affected, @id AS generated;
--   @P1 text = 'x'
--   @P2 money = 1.5000
