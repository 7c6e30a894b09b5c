-- rows
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
IF OBJECT_ID('tempdb..#upsertd') IS NOT NULL DROP TABLE #upsertd;
SELECT TOP (0) CAST(0 AS bigint) AS number, CAST(0 AS int) AS shape, CAST(0 AS int) AS round, CAST(0 AS int) AS found, CAST(t.[CountryCode] AS nvarchar(2)) AS c0 INTO #upsertd FROM (SELECT 1 AS x) AS q LEFT JOIN [dbo].[tblCountries] AS t ON 1 = 0;
CREATE UNIQUE CLUSTERED INDEX upsertd_rows ON #upsertd (number);
INSERT INTO #upsertd (number, shape, round, found, c0)
SELECT number, shape, 1, 0, c0
FROM OPENJSON(@P3) WITH (number bigint '$[0]', shape int '$[1]', c0 nvarchar(2) '$[2]');
IF EXISTS (SELECT 1 AS x FROM #upsertd AS s WHERE s.number BETWEEN @P1 AND @P2 GROUP BY s.c0 HAVING COUNT(*) > 1)
UPDATE s SET round = q.times FROM #upsertd AS s JOIN (SELECT s.number, ROW_NUMBER() OVER (PARTITION BY s.c0 ORDER BY s.number) AS times FROM #upsertd AS s WHERE s.number BETWEEN @P1 AND @P2) AS q ON q.number = s.number WHERE q.times > 1;
DECLARE @round int = 1, @rounds int, @written int = 0, @expected int = 0, @number bigint, @counted bit = 0;
DECLARE @found TABLE (number bigint, times int);
DECLARE @once_key binary(32) = @P4, @once_client nvarchar(256) = @P5, @once_fingerprint binary(32) = @P6, @once_step int = @P7;
BEGIN TRY
BEGIN TRANSACTION;
IF EXISTS (SELECT 1 AS x FROM [dbo].[upsertd_idempotency] WITH (UPDLOCK, SERIALIZABLE) WHERE [key_hash] = @once_key AND [status] IS NOT NULL)
BEGIN
THROW 1875001404, N'The request has its answer already.', 1;
END;
INSERT INTO [dbo].[upsertd_idempotency] ([key_hash], [client], [fingerprint], [at])
SELECT @once_key, @once_client, @once_fingerprint, SYSUTCDATETIME() WHERE NOT EXISTS (SELECT 1 AS x FROM [dbo].[upsertd_idempotency] WITH (UPDLOCK, SERIALIZABLE) WHERE [key_hash] = @once_key);
INSERT INTO [dbo].[upsertd_idempotency_steps] ([key_hash], [step], [part], [outcome])
SELECT @once_key, @once_step, s.number, N'' FROM #upsertd AS s WHERE s.number BETWEEN @P1 AND @P2;
SELECT @rounds = MAX(s.round) FROM #upsertd AS s WHERE s.number BETWEEN @P1 AND @P2;
WHILE @round <= @rounds
BEGIN
INSERT INTO @found (number, times)
SELECT s.number, 1 FROM (SELECT TOP (2147483647) s.number, s.c0 FROM #upsertd AS s WHERE s.number BETWEEN @P1 AND @P2 AND s.round = @round AND s.found >= 0 ORDER BY s.c0) AS s CROSS APPLY (SELECT TOP (1) 1 AS x FROM [dbo].[tblCountries] AS t WITH (UPDLOCK, SERIALIZABLE) WHERE t.[CountryCode] = s.c0) AS t;
UPDATE s SET found = f.times FROM #upsertd AS s JOIN @found AS f ON f.number = s.number;
DELETE FROM @found;
SELECT @expected = @expected + COUNT(*) FROM #upsertd AS s WHERE s.number BETWEEN @P1 AND @P2 AND s.round = @round AND (s.found = 1);
DELETE t FROM #upsertd AS s JOIN [dbo].[tblCountries] AS t ON t.[CountryCode] = s.c0 WHERE s.number BETWEEN @P1 AND @P2 AND s.round = @round AND s.found = 1 OPTION (LOOP JOIN, FORCE ORDER);
SET @written = @written + @@ROWCOUNT;
SET @round = @round + 1;
END;
IF @written <> @expected THROW 50000, N'The database passed over a row.', 1;
UPDATE o SET outcome = N'["rows",[' + CAST(s.number AS nvarchar(20)) + N',"' + CASE WHEN s.found = 0 THEN N'c' WHEN s.found = 1 THEN N'd' ELSE N'u' END + N'"' + N']]' FROM #upsertd AS s JOIN [dbo].[upsertd_idempotency_steps] AS o ON o.part = s.number WHERE o.key_hash = @once_key AND o.step = @once_step AND s.number BETWEEN @P1 AND @P2 AND (s.found = 1);
DELETE FROM [dbo].[upsertd_idempotency_steps] WHERE [key_hash] = @once_key AND [step] = @once_step AND [outcome] = N'' AND [part] BETWEEN @P1 AND @P2;
SELECT s.number, s.shape, s.found FROM #upsertd AS s WHERE s.number BETWEEN @P1 AND @P2 ORDER BY s.number;
SET CONTEXT_INFO 0x01;
COMMIT TRANSACTION;
END TRY
BEGIN CATCH
IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;
THROW;
END CATCH;
--   row 0, shape 0: 'NO'
