-- script, 1 allowed of at most 500, else insert
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0, @id decimal(38,0);
BEGIN TRY
BEGIN TRANSACTION;
SELECT @n = COUNT(*) FROM (SELECT TOP (@P1) 1 AS x FROM [my ]] schema.x].[Kunden ]] "der" 'Größe' Ω] WITH (UPDLOCK, SERIALIZABLE) WHERE [@P1 ? ]]]]] = @P2 AND [Straße 'a' "b"; --] = @P3) AS q;
IF @n BETWEEN 1 AND @P4
BEGIN
UPDATE [my ]] schema.x].[Kunden ]] "der" 'Größe' Ω] SET [Straße 'a' "b"; --] = @P5, [@P1 ? ]]]]] = @P6 WHERE [@P1 ? ]]]]] = @P2 AND [Straße 'a' "b"; --] = @P3;
SET @a = @@ROWCOUNT;
END
ELSE IF @n = 0
BEGIN
INSERT INTO [my ]] schema.x].[Kunden ]] "der" 'Größe' Ω] ([Straße 'a' "b"; --], [@P1 ? ]]]]]) VALUES (@P5, @P6);
SELECT @a = @@ROWCOUNT, @id = SCOPE_IDENTITY();
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
SELECT @n AS matched, @a AS affected, @id AS generated;
--   @P1 bigint = 501
--   @P2 nvarchar(40) = '@P2'
--   @P3 nvarchar(40) = '?1'
--   @P4 bigint = 1
--   @P5 nvarchar(40) = 'Weg ] 'x''
--   @P6 nvarchar(40) = NULL
