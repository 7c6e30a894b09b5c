-- script, 1 allowed of at most 500, else insert
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0;
BEGIN TRY
BEGIN TRANSACTION;
SELECT @n = COUNT(*) FROM (SELECT TOP (@P1) 1 AS x FROM [dbo].[odd "table"] WITH (UPDLOCK, SERIALIZABLE) WHERE [a "b" ]] c] = @P2) AS q;
IF @n BETWEEN 1 AND @P3
BEGIN
UPDATE [dbo].[odd "table"] SET [a "b" ]] c] = @P4, [Größe] = @P5 WHERE [a "b" ]] c] = @P2;
SET @a = @@ROWCOUNT;
END
ELSE IF @n = 0
BEGIN
INSERT INTO [dbo].[odd "table"] ([a "b" ]] c], [Größe]) VALUES (@P4, @P5);
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
--   @P1 bigint = 501
--   @P2 int = 1
--   @P3 bigint = 1
--   @P4 int = 1
--   @P5 nvarchar(10) = 'x'
