-- script, 500 allowed of at most 500, else nothing
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0;
BEGIN TRY
BEGIN TRANSACTION;
UPDATE [dbo].[tblForeign] WITH (UPDLOCK, SERIALIZABLE) SET [Body] = @P1, [Remark] = @P2, [Doc] = @P3, [Anything] = @P4, [Place] = @P5, [Node] = @P6, [Price] = CAST(@P7 AS decimal(19,4)), [Picture] = @P8, [Wide] = @P9 WHERE [Id] = CAST(@P10 AS decimal(18,0));
SELECT @n = @@ROWCOUNT, @a = CASE WHEN @@ROWCOUNT > @P11 THEN 0 ELSE @@ROWCOUNT END;
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
--   @P1 text = NULL
--   @P2 ntext = NULL
--   @P3 xml = NULL
--   @P4 sql_variant = NULL
--   @P5 geography = NULL
--   @P6 hierarchyid = NULL
--   @P7 money = NULL
--   @P8 image = NULL
--   @P9 varchar(8000) = NULL
--   @P10 decimal(18,0) = 1
--   @P11 bigint = 500
