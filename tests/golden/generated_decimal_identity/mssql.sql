-- script, 1 allowed of at most 500, else insert
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0, @id decimal(38,0);
BEGIN TRY
BEGIN TRANSACTION;
SELECT @n = COUNT(*) FROM (SELECT TOP (@P1) 1 AS x FROM [dbo].[tblForeign] WITH (UPDLOCK, SERIALIZABLE) WHERE [Wide] = CAST(@P2 AS varchar(8000))) AS q;
IF @n BETWEEN 1 AND @P3
BEGIN
UPDATE [dbo].[tblForeign] SET [Body] = @P4 WHERE [Wide] = CAST(@P2 AS varchar(8000));
SET @a = @@ROWCOUNT;
END
ELSE IF @n = 0
BEGIN
INSERT INTO [dbo].[tblForeign] ([Body]) VALUES (@P4);
SELECT @a = @@ROWCOUNT, @id = SCOPE_IDENTITY();
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
SELECT @n AS matched, @a AS affected, @id AS generated;
--   @P1 bigint = 501
--   @P2 varchar(8000) = 'w'
--   @P3 bigint = 1
--   @P4 text = 'x'
