-- rows
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
IF OBJECT_ID('tempdb..#upsertd') IS NOT NULL DROP TABLE #upsertd;
SELECT TOP (0) CAST(0 AS bigint) AS number, CAST(0 AS int) AS shape, CAST(0 AS int) AS round, CAST(0 AS int) AS found, CAST(t.[UserName] AS nvarchar(50)) AS c1 INTO #upsertd FROM (SELECT 1 AS x) AS q LEFT JOIN [dbo].[tblTokens] AS t ON 1 = 0;
CREATE UNIQUE CLUSTERED INDEX upsertd_rows ON #upsertd (number);
INSERT INTO #upsertd (number, shape, round, found, c1)
SELECT number, shape, 1, 0, c1
FROM OPENJSON(@P3) WITH (number bigint '$[0]', shape int '$[1]', c1 nvarchar(50) '$[2]');
IF EXISTS (SELECT 1 AS x FROM #upsertd AS s WHERE s.number BETWEEN @P1 AND @P2 GROUP BY s.c1 HAVING COUNT(*) > 1)
UPDATE s SET round = q.times FROM #upsertd AS s JOIN (SELECT s.number, ROW_NUMBER() OVER (PARTITION BY s.c1 ORDER BY s.number) AS times FROM #upsertd AS s WHERE s.number BETWEEN @P1 AND @P2) AS q ON q.number = s.number WHERE q.times > 1;
DECLARE @round int = 1, @rounds int, @written int = 0, @expected int = 0, @number bigint, @counted bit = 0;
DECLARE @found TABLE (number bigint, times int);
BEGIN TRY
BEGIN TRANSACTION;
SELECT @rounds = MAX(s.round) FROM #upsertd AS s WHERE s.number BETWEEN @P1 AND @P2;
WHILE @round <= @rounds
BEGIN
INSERT INTO @found (number, times)
SELECT s.number, CASE WHEN COUNT(*) > 1 THEN 2 ELSE 1 END FROM #upsertd AS s JOIN [dbo].[tblTokens] AS t WITH (UPDLOCK, SERIALIZABLE) ON t.[UserName] = s.c1 WHERE s.number BETWEEN @P1 AND @P2 AND s.round = @round AND s.found >= 0 GROUP BY s.number;
UPDATE s SET found = f.times FROM #upsertd AS s JOIN @found AS f ON f.number = s.number;
DELETE FROM @found;
SELECT @expected = @expected + COUNT(*) FROM #upsertd AS s WHERE s.number BETWEEN @P1 AND @P2 AND s.round = @round AND (s.found = 0);
INSERT INTO [dbo].[tblTokens] ([UserName])
SELECT s.c1 FROM #upsertd AS s WHERE s.number BETWEEN @P1 AND @P2 AND s.round = @round AND s.found = 0 ORDER BY s.number;
SET @written = @written + @@ROWCOUNT;
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
--   row 0, shape 0: 'ada'
