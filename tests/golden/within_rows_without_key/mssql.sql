-- rows
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
IF OBJECT_ID('tempdb..#upsertd') IS NOT NULL DROP TABLE #upsertd;
SELECT TOP (0) CAST(0 AS bigint) AS number, CAST(0 AS int) AS shape, CAST(0 AS int) AS round, CAST(0 AS int) AS found, CAST(NULL AS nvarchar(10)) AS c20, CAST(NULL AS int) AS c3 INTO #upsertd FROM (SELECT 1 AS x) AS q;
CREATE UNIQUE CLUSTERED INDEX upsertd_rows ON #upsertd (number);
INSERT INTO #upsertd (number, shape, round, found, c20, c3)
SELECT number, shape, 1, 0, c20, c3
FROM OPENJSON(@P3) WITH (number bigint '$[0]', shape int '$[1]', c20 nvarchar(10) '$[2]', c3 int '$[3]');
DECLARE @round int = 1, @rounds int, @written int = 0, @expected int = 0, @number bigint, @counted bit = 0;
DECLARE @found TABLE (number bigint, times int);
IF OBJECT_ID('tempdb..#upsertd_w') IS NOT NULL DROP TABLE #upsertd_w;
SELECT [AnInt], [ANVarChar] INTO #upsertd_w FROM [dbo].[tblTypes] WHERE 1 = 0 UNION ALL SELECT [AnInt], [ANVarChar] FROM [dbo].[tblTypes] WHERE 1 = 0;
BEGIN TRY
BEGIN TRANSACTION;
SELECT @rounds = MAX(s.round) FROM #upsertd AS s WHERE s.number BETWEEN @P1 AND @P2;
WHILE @round <= @rounds
BEGIN
SELECT @expected = @expected + COUNT(*) FROM #upsertd AS s WHERE s.number BETWEEN @P1 AND @P2 AND s.round = @round AND (s.found = 0);
INSERT INTO [dbo].[tblTypes] ([ANVarChar], [AnInt]) OUTPUT inserted.[AnInt], inserted.[ANVarChar] INTO #upsertd_w ([AnInt], [ANVarChar])
SELECT s.c20, s.c3 FROM #upsertd AS s WHERE s.number BETWEEN @P1 AND @P2 AND s.round = @round AND s.shape IN (0) AND s.found = 0 ORDER BY s.number;
SET @written = @written + @@ROWCOUNT;
IF (SELECT COUNT(*) FROM #upsertd_w) <> (SELECT COUNT(*) FROM #upsertd_w WHERE [ANVarChar] = @P4 AND [AnInt] < @P5) THROW 1875001403, N'A row would be outside of the rows of its writer.', 1;
DELETE FROM #upsertd_w;
INSERT INTO [dbo].[tblTypes] ([ANVarChar]) OUTPUT inserted.[AnInt], inserted.[ANVarChar] INTO #upsertd_w ([AnInt], [ANVarChar])
SELECT s.c20 FROM #upsertd AS s WHERE s.number BETWEEN @P1 AND @P2 AND s.round = @round AND s.shape IN (1) AND s.found = 0 ORDER BY s.number;
SET @written = @written + @@ROWCOUNT;
IF (SELECT COUNT(*) FROM #upsertd_w) <> (SELECT COUNT(*) FROM #upsertd_w WHERE [ANVarChar] = @P4 AND [AnInt] < @P5) THROW 1875001403, N'A row would be outside of the rows of its writer.', 1;
DELETE FROM #upsertd_w;
SET @round = @round + 1;
END;
IF @written <> @expected THROW 50000, N'The database passed over a row.', 1;
SELECT s.number, s.shape, s.found FROM #upsertd AS s WHERE s.number BETWEEN @P1 AND @P2 ORDER BY s.number;
SET CONTEXT_INFO 0x01;
COMMIT TRANSACTION;
END TRY
BEGIN CATCH
IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;
THROW;
END CATCH;
--   row 0, shape 0: 'mine', 1
--   row 1, shape 1: 'yours'
