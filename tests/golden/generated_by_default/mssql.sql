-- script, insert
SET NOCOUNT, XACT_ABORT ON;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0; DECLARE @made TABLE (id uniqueidentifier);
BEGIN TRANSACTION;
INSERT INTO [dbo].[tblSessions] ([UserName]) OUTPUT inserted.[SessionId] INTO @made (id) VALUES (@P1);
SET @a = @@ROWCOUNT;
IF @a = CASE @n WHEN 0 THEN 1 ELSE @n END COMMIT TRANSACTION; ELSE ROLLBACK TRANSACTION;
SELECT @n AS matched, @a AS affected, (SELECT id FROM @made) AS generated;
--   @P1 nvarchar(50) = 'ann'
