-- script, 500 allowed of at most 500, else nothing
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0;
BEGIN TRY
BEGIN TRANSACTION;
SELECT @n = COUNT(*) FROM (SELECT TOP (@P1) 1 AS x FROM [dbo].[tblEncodings] WITH (UPDLOCK, SERIALIZABLE) WHERE [Greek] = @P2 AND [Utf8] = @P3 AND [Dos] = @P4) AS q;
IF @n BETWEEN 1 AND @P5
BEGIN
UPDATE [dbo].[tblEncodings] SET [Wide] = @P6 WHERE [Greek] = @P2 AND [Utf8] = @P3 AND [Dos] = @P4;
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
--   @P2 varchar(20) = 'αβγ'
--   @P3 varchar(20) = '大阪'
--   @P4 varchar(20) = 'é'
--   @P5 bigint = 500
--   @P6 nvarchar(20) = 'x'
