-- script, 500 allowed of at most 500, else nothing
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0;
BEGIN TRANSACTION;
UPDATE [dbo].[tblForeign] WITH (UPDLOCK, SERIALIZABLE) SET [Body] = @P1, [Remark] = @P2, [Doc] = @P3 WHERE [Id] = CAST(@P4 AS decimal(18,0));
SELECT @n = @@ROWCOUNT, @a = CASE WHEN @@ROWCOUNT > @P5 THEN 0 ELSE @@ROWCOUNT END;
IF @a = CASE @n WHEN 0 THEN 1 ELSE @n END
BEGIN
SET CONTEXT_INFO 0x01;
COMMIT TRANSACTION;
END
ELSE ROLLBACK TRANSACTION;
SELECT @n AS matched, @a AS affected, NULL AS generated;
--   @P1 text = 'Müller'
--   @P2 ntext = 'Ω'
--   @P3 xml = '<a/>'
--   @P4 decimal(18,0) = 1
--   @P5 bigint = 500
