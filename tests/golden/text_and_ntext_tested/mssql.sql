-- script, 500 allowed of at most 500, else nothing
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0;
BEGIN TRY
BEGIN TRANSACTION;
SELECT @n = COUNT(*) FROM (SELECT TOP (@P1) 1 AS x FROM [dbo].[tblForeign] WITH (UPDLOCK, SERIALIZABLE) WHERE CAST([Body] AS varchar(max)) = @P2 AND CAST([Remark] AS nvarchar(max)) LIKE @P3 AND CAST([Body] AS varchar(max)) IN (@P4, @P5) AND CAST([Remark] AS nvarchar(max)) BETWEEN @P6 AND @P7 AND CAST([Remark] AS nvarchar(max)) = @P8 AND CAST([Body] AS varchar(max)) NOT LIKE @P9) AS q;
IF @n BETWEEN 1 AND @P10
BEGIN
UPDATE [dbo].[tblForeign] SET [Body] = @P11 WHERE CAST([Body] AS varchar(max)) = @P2 AND CAST([Remark] AS nvarchar(max)) LIKE @P3 AND CAST([Body] AS varchar(max)) IN (@P4, @P5) AND CAST([Remark] AS nvarchar(max)) BETWEEN @P6 AND @P7 AND CAST([Remark] AS nvarchar(max)) = @P8 AND CAST([Body] AS varchar(max)) NOT LIKE @P9;
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
--   @P2 text = 'Müller'
--   @P3 ntext = '%Ω%'
--   @P4 text = 'a'
--   @P5 text = 'b'
--   @P6 ntext = 'a'
--   @P7 ntext = 'b'
--   @P8 ntext = ''
--   @P9 text = 'a%'
--   @P10 bigint = 500
--   @P11 text = 'x'
