-- script, 1 allowed of at most 500, else insert
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0; DECLARE @made TABLE (id uniqueidentifier);
BEGIN TRY
BEGIN TRANSACTION;
SELECT @n = COUNT(*) FROM (SELECT TOP (@P1) 1 AS x FROM [dbo].[tblSessions] WITH (UPDLOCK, SERIALIZABLE) WHERE [UserName] = @P2) AS q;
IF @n BETWEEN 1 AND @P3
BEGIN
UPDATE [dbo].[tblSessions] SET [UserName] = @P4 WHERE [UserName] = @P2;
SET @a = @@ROWCOUNT;
END
ELSE IF @n = 0
BEGIN
INSERT INTO [dbo].[tblSessions] ([UserName]) OUTPUT inserted.[SessionId] INTO @made (id) VALUES (@P4);
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
SELECT @n AS matched, @a AS affected, (SELECT id FROM @made) AS generated;
--   @P1 bigint = 501
--   @P2 nvarchar(50) = 'ann'
--   @P3 bigint = 1
--   @P4 nvarchar(50) = 'ann'
