-- script, 1 allowed of at most 500, else insert
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0;
BEGIN TRANSACTION;
SELECT @n = COUNT(*) FROM (SELECT TOP (@P1) 1 AS x FROM [dbo].[tblTypes] WITH (UPDLOCK, SERIALIZABLE) WHERE [ADateTime2] = CAST(@P2 AS datetime2(3))) AS q;
IF @n BETWEEN 1 AND @P3
BEGIN
UPDATE [dbo].[tblTypes] SET [ADateTime2] = CAST(@P4 AS datetime2(3)) WHERE [ADateTime2] = CAST(@P2 AS datetime2(3));
SET @a = @@ROWCOUNT;
END
ELSE IF @n = 0
BEGIN
INSERT INTO [dbo].[tblTypes] ([ADateTime2]) VALUES (CAST(@P4 AS datetime2(3)));
SET @a = @@ROWCOUNT;
END;
IF @a = CASE @n WHEN 0 THEN 1 ELSE @n END
BEGIN
SET CONTEXT_INFO 0x01;
COMMIT TRANSACTION;
END
ELSE ROLLBACK TRANSACTION;
SELECT @n AS matched, @a AS affected, NULL AS generated;
--   @P1 bigint = 501
--   @P2 datetime2(3) = 2026-02-28 23:59:59.999
--   @P3 bigint = 1
--   @P4 datetime2(3) = 2026-02-28 23:59:59.999
