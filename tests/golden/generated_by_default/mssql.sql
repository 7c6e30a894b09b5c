-- script, insert
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0; DECLARE @made TABLE (id uniqueidentifier);
BEGIN TRANSACTION;
INSERT INTO [dbo].[tblSessions] ([UserName]) OUTPUT inserted.[SessionId] INTO @made (id) VALUES (@P1);
SET @a = @@ROWCOUNT;
IF @a = CASE @n WHEN 0 THEN 1 ELSE @n END
BEGIN
SET CONTEXT_INFO 0x01;
COMMIT TRANSACTION;
END
ELSE ROLLBACK TRANSACTION;
SELECT @n AS matched, @a AS affected, (SELECT id FROM @made) AS generated;
--   @P1 nvarchar(50) = 'ann'
