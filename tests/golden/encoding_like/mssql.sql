-- script, 500 allowed of at most 500, else nothing
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0;
BEGIN TRY
BEGIN TRANSACTION;
SELECT @n = COUNT(*) FROM (SELECT TOP (@P1) 1 AS x FROM [dbo].[tblEncodings] WITH (UPDLOCK, SERIALIZABLE) WHERE [Latin] LIKE CAST(@P2 AS varchar(8000)) AND [Latin] LIKE CAST(@P3 AS varchar(8000)) AND [Latin] NOT LIKE @P4 AND [Greek] LIKE @P5 AND [Long] LIKE CAST(@P6 AS varchar(8000)) AND [Padded] LIKE CAST(@P7 AS varchar(8000)) AND [Wide] LIKE @P8) AS q;
IF @n BETWEEN 1 AND @P9
BEGIN
UPDATE [dbo].[tblEncodings] SET [Wide] = @P10 WHERE [Latin] LIKE CAST(@P2 AS varchar(8000)) AND [Latin] LIKE CAST(@P3 AS varchar(8000)) AND [Latin] NOT LIKE @P4 AND [Greek] LIKE @P5 AND [Long] LIKE CAST(@P6 AS varchar(8000)) AND [Padded] LIKE CAST(@P7 AS varchar(8000)) AND [Wide] LIKE @P8;
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
--   @P2 varchar(20) = '50[%] [_][[]a]\%'
--   @P3 varchar(20) = '%ü'
--   @P4 varchar(20) = '%Ω%'
--   @P5 varchar(20) = '%β%'
--   @P6 varchar(max) = '%x%'
--   @P7 char(8) = '%x'
--   @P8 nvarchar(20) = '%x%'
--   @P9 bigint = 500
--   @P10 nvarchar(20) = 'x'
