-- script, 500 allowed of at most 500, else nothing
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0;
BEGIN TRY
BEGIN TRANSACTION;
SELECT @n = COUNT(*) FROM (SELECT TOP (@P1) 1 AS x FROM [dbo].[tblCustomers] WITH (UPDLOCK, SERIALIZABLE) WHERE [Rating] <= @P2 AND [Rating] <> [Rating]) AS q;
IF @n BETWEEN 1 AND @P3
BEGIN
UPDATE [dbo].[tblCustomers] SET [City] = @P4 WHERE [Rating] <= @P2 AND [Rating] <> [Rating];
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
--   @P2 tinyint = 255
--   @P3 bigint = 500
--   @P4 nvarchar(60) = 'Rome'
