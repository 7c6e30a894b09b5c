-- rows
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
IF OBJECT_ID('tempdb..#upsertd') IS NOT NULL DROP TABLE #upsertd;
SELECT TOP (0) CAST(0 AS bigint) AS number, CAST(0 AS int) AS shape, CAST(0 AS int) AS round, CAST(0 AS int) AS found, CAST(t.[CountryCode] AS nvarchar(2)) AS c0, CAST(NULL AS nvarchar(60)) AS c1 INTO #upsertd FROM (SELECT 1 AS x) AS q LEFT JOIN [dbo].[tblCountries] AS t ON 1 = 0;
CREATE UNIQUE CLUSTERED INDEX upsertd_rows ON #upsertd (number);
INSERT INTO #upsertd (number, shape, round, found, c0, c1)
SELECT number, shape, 1, 0, c0, c1
FROM OPENJSON(@P3) WITH (number bigint '$[0]', shape int '$[1]', c0 nvarchar(2) '$[2]', c1 nvarchar(60) '$[3]');
IF EXISTS (SELECT 1 AS x FROM #upsertd AS s WHERE s.number BETWEEN @P1 AND @P2 GROUP BY s.c0 HAVING COUNT(*) > 1)
UPDATE s SET round = q.times FROM #upsertd AS s JOIN (SELECT s.number, ROW_NUMBER() OVER (PARTITION BY s.c0 ORDER BY s.number) AS times FROM #upsertd AS s WHERE s.number BETWEEN @P1 AND @P2) AS q ON q.number = s.number WHERE q.times > 1;
DECLARE @round int = 1, @rounds int, @written int = 0, @expected int = 0, @number bigint, @counted bit = 0;
DECLARE @found TABLE (number bigint, times int);
BEGIN TRY
BEGIN TRANSACTION;
SELECT @rounds = MAX(s.round) FROM #upsertd AS s WHERE s.number BETWEEN @P1 AND @P2;
WHILE @round <= @rounds
BEGIN
INSERT INTO @found (number, times)
SELECT s.number, 1 FROM (SELECT TOP (2147483647) s.number, s.c0 FROM #upsertd AS s WHERE s.number BETWEEN @P1 AND @P2 AND s.round = @round AND s.found >= 0 ORDER BY s.c0) AS s CROSS APPLY (SELECT TOP (1) 1 AS x FROM [dbo].[tblCountries] AS t WITH (UPDLOCK, SERIALIZABLE) WHERE t.[CountryCode] = s.c0 AND (t.[CountryName] <> @P4)) AS t;
UPDATE s SET found = f.times FROM #upsertd AS s JOIN @found AS f ON f.number = s.number;
DELETE FROM @found;
SELECT @expected = @expected + COUNT(*) FROM #upsertd AS s WHERE s.number BETWEEN @P1 AND @P2 AND s.round = @round AND (s.found = 1 OR s.found = 0);
UPDATE t SET [CountryName] = s.c1 FROM #upsertd AS s JOIN [dbo].[tblCountries] AS t ON t.[CountryCode] = s.c0 AND (t.[CountryName] <> @P4) WHERE s.number BETWEEN @P1 AND @P2 AND s.round = @round AND s.found = 1 OPTION (LOOP JOIN, FORCE ORDER);
SET @written = @written + @@ROWCOUNT;
INSERT INTO [dbo].[tblCountries] ([CountryCode], [CountryName])
SELECT s.c0, s.c1 FROM #upsertd AS s WHERE s.number BETWEEN @P1 AND @P2 AND s.round = @round AND s.found = 0 ORDER BY s.number;
SET @written = @written + @@ROWCOUNT;
IF EXISTS (SELECT 1 AS x FROM #upsertd AS s WHERE s.number BETWEEN @P1 AND @P2 AND s.round = @round AND s.found = 1 AND NOT EXISTS (SELECT 1 AS x FROM [dbo].[tblCountries] AS t WHERE t.[CountryCode] = s.c0 AND (t.[CountryName] <> @P4))) THROW 1875001403, N'A row would be outside of the rows of its writer.', 1;
IF EXISTS (SELECT 1 AS x FROM #upsertd AS s WHERE s.number BETWEEN @P1 AND @P2 AND s.round = @round AND s.found = 0 AND NOT EXISTS (SELECT 1 AS x FROM [dbo].[tblCountries] AS t WHERE t.[CountryCode] = s.c0 AND (t.[CountryName] <> @P4))) THROW 1875001403, N'A row would be outside of the rows of its writer.', 1;
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
--   row 0, shape 0: 'NO', 'Norway'
