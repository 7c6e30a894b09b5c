-- script, 1 allowed of at most 500, else insert
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0; DECLARE @made TABLE (id uniqueidentifier);
BEGIN TRY
BEGIN TRANSACTION;
UPDATE [dbo].[tblSessions] WITH (UPDLOCK, SERIALIZABLE) SET [UserName] = @P1 WHERE [SessionId] = @P2;
SELECT @n = @@ROWCOUNT, @a = CASE WHEN @@ROWCOUNT > @P3 THEN 0 ELSE @@ROWCOUNT END;
IF @n = 0
BEGIN
INSERT INTO [dbo].[tblSessions] ([UserName]) OUTPUT inserted.[SessionId] INTO @made (id) VALUES (@P1);
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
--   @P1 nvarchar(50) = 'ann'
--   @P2 uniqueidentifier = c56a4180-65aa-42ec-a945-5fd21dec0538
--   @P3 bigint = 1
