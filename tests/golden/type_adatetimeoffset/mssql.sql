-- script, 1 allowed of at most 500, else insert
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0;
BEGIN TRY
BEGIN TRANSACTION;
SELECT @n = COUNT(*) FROM (SELECT TOP (@P1) 1 AS x FROM [dbo].[tblTypes] WITH (UPDLOCK, SERIALIZABLE) WHERE [ADateTimeOffset] = CAST(@P2 AS datetimeoffset(0))) AS q;
IF @n BETWEEN 1 AND @P3
BEGIN
UPDATE [dbo].[tblTypes] SET [ADateTimeOffset] = CAST(@P4 AS datetimeoffset(0)) WHERE [ADateTimeOffset] = CAST(@P2 AS datetimeoffset(0));
SET @a = @@ROWCOUNT;
END
ELSE IF @n = 0
BEGIN
INSERT INTO [dbo].[tblTypes] ([ADateTimeOffset]) VALUES (CAST(@P4 AS datetimeoffset(0)));
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
--   @P2 datetimeoffset(0) = 2026-02-28 23:59:59+05:30
--   @P3 bigint = 1
--   @P4 datetimeoffset(0) = 2026-02-28 23:59:59+05:30
