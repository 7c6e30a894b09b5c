-- rows
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
IF OBJECT_ID('tempdb..#upsertd') IS NOT NULL DROP TABLE #upsertd;
SELECT TOP (0) CAST(0 AS bigint) AS number, CAST(0 AS int) AS shape, CAST(0 AS int) AS round, CAST(0 AS int) AS found, CAST(t.[CountryCode] AS nvarchar(2)) AS c1, CAST(NULL AS bigint) AS c0, CAST(NULL AS decimal(5,2)) AS c3, CAST(NULL AS bigint) AS o0, CAST(t.[CountryCode] AS nvarchar(2)) AS o1, CAST(NULL AS nvarchar(max)) AS [before] INTO #upsertd FROM (SELECT 1 AS x) AS q LEFT JOIN [dbo].[tblShares] AS t ON 1 = 0;
CREATE UNIQUE CLUSTERED INDEX upsertd_rows ON #upsertd (number);
INSERT INTO #upsertd (number, shape, round, found, c1, c0, c3)
SELECT number, shape, 1, 0, c1, c0, CAST(c3 AS decimal(5,2))
FROM OPENJSON(@P3) WITH (number bigint '$[0]', shape int '$[1]', c1 nvarchar(2) '$[2]', c0 bigint '$[3]', c3 nvarchar(50) '$[4]');
IF EXISTS (SELECT 1 AS x FROM #upsertd AS s WHERE s.number BETWEEN @P1 AND @P2 GROUP BY s.c1, s.c0 HAVING COUNT(*) > 1)
UPDATE s SET round = q.times FROM #upsertd AS s JOIN (SELECT s.number, ROW_NUMBER() OVER (PARTITION BY s.c1, s.c0 ORDER BY s.number) AS times FROM #upsertd AS s WHERE s.number BETWEEN @P1 AND @P2) AS q ON q.number = s.number WHERE q.times > 1;
DECLARE @round int = 1, @rounds int, @written int = 0, @expected int = 0, @number bigint, @counted bit = 0;
DECLARE @found TABLE (number bigint, times int, o0 bigint, o1 nvarchar(2));
DECLARE @once_key binary(32) = @P12, @once_client nvarchar(256) = @P13, @once_fingerprint binary(32) = @P14, @once_step int = @P15;
DECLARE @log_id uniqueidentifier = @P4, @log_step int = @P5, @log_client nvarchar(256) = @P6, @log_api nvarchar(20) = @P7, @log_entity nvarchar(128) = @P8, @log_table nvarchar(257) = @P9, @log_operation nvarchar(100) = @P10, @log_clause nvarchar(max), @log_columns nvarchar(max) = @P11;
DECLARE @log_created int = 0, @log_updated int = 0, @log_deleted int = 0;
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
INSERT INTO @found (number, times, o0, o1)
SELECT s.number, 1, t.o0, t.o1 FROM (SELECT TOP (2147483647) s.number, s.c1, s.c0 FROM #upsertd AS s WHERE s.number BETWEEN @P1 AND @P2 AND s.round = @round AND s.found >= 0 ORDER BY s.c1, s.c0) AS s CROSS APPLY (SELECT TOP (1) t.[CustomerId] AS o0, t.[CountryCode] AS o1 FROM [dbo].[tblShares] AS t WITH (UPDLOCK, SERIALIZABLE) WHERE t.[CountryCode] = s.c1 AND t.[CustomerId] = s.c0) AS t;
UPDATE s SET found = f.times, o0 = f.o0, o1 = f.o1 FROM #upsertd AS s JOIN @found AS f ON f.number = s.number;
DELETE FROM @found;
SELECT @expected = @expected + COUNT(*) FROM #upsertd AS s WHERE s.number BETWEEN @P1 AND @P2 AND s.round = @round AND (s.found = 1);
UPDATE s SET [before] = CAST(N'[' AS nvarchar(max)) + N'"' + CAST(t.[CustomerId] AS nvarchar(50)) + N'"' + N',' + N'"' + STRING_ESCAPE(CAST(t.[CountryCode] AS nvarchar(max)), 'json') + N'"' + N',' + N'"' + CAST(t.[OwnerGuid] AS nvarchar(36)) + N'"' + N',' + COALESCE(N'"' + CAST(t.[Share] AS nvarchar(50)) + N'"', N'null') + N']' FROM #upsertd AS s JOIN [dbo].[tblShares] AS t ON t.[CountryCode] = s.c1 AND t.[CustomerId] = s.c0 WHERE s.number BETWEEN @P1 AND @P2 AND s.round = @round AND s.found = 1 OPTION (LOOP JOIN, FORCE ORDER);
UPDATE t SET [Share] = s.c3 FROM #upsertd AS s JOIN [dbo].[tblShares] AS t ON t.[CountryCode] = s.c1 AND t.[CustomerId] = s.c0 WHERE s.number BETWEEN @P1 AND @P2 AND s.round = @round AND s.found = 1 OPTION (LOOP JOIN, FORCE ORDER);
SET @written = @written + @@ROWCOUNT;
INSERT INTO [dbo].[upsertd_log_rows] ([log_id], [step], [number], [before], [after])
SELECT @log_id, @log_step, s.number, s.[before], CAST(N'[' AS nvarchar(max)) + N'"' + CAST(t.[CustomerId] AS nvarchar(50)) + N'"' + N',' + N'"' + STRING_ESCAPE(CAST(t.[CountryCode] AS nvarchar(max)), 'json') + N'"' + N',' + N'"' + CAST(t.[OwnerGuid] AS nvarchar(36)) + N'"' + N',' + COALESCE(N'"' + CAST(t.[Share] AS nvarchar(50)) + N'"', N'null') + N']' FROM #upsertd AS s LEFT JOIN [dbo].[tblShares] AS t ON t.[CountryCode] = s.c1 AND t.[CustomerId] = s.c0 WHERE s.number BETWEEN @P1 AND @P2 AND s.round = @round AND (s.found = 1) OPTION (LOOP JOIN, FORCE ORDER);
SET @round = @round + 1;
END;
IF @written <> @expected THROW 50000, N'The database passed over a row.', 1;
SELECT @log_updated = COUNT(CASE WHEN s.found = 1 THEN 1 END) FROM #upsertd AS s WHERE s.number BETWEEN @P1 AND @P2;
IF @log_created + @log_updated + @log_deleted > 0
BEGIN
UPDATE [dbo].[upsertd_log] WITH (UPDLOCK, SERIALIZABLE) SET [created] = [created] + @log_created, [updated] = [updated] + @log_updated, [deleted] = [deleted] + @log_deleted WHERE [log_id] = @log_id AND [step] = @log_step;
IF @@ROWCOUNT = 0
BEGIN
INSERT INTO [dbo].[upsertd_log] ([log_id], [step], [at], [client], [api], [entity], [table_name], [operation], [clause], [columns], [created], [updated], [deleted])
VALUES (@log_id, @log_step, SYSUTCDATETIME(), @log_client, @log_api, @log_entity, @log_table, @log_operation, @log_clause, @log_columns, @log_created, @log_updated, @log_deleted);
END;
END;
UPDATE o SET outcome = N'["rows",[' + CAST(s.number AS nvarchar(20)) + N',"' + CASE WHEN s.found = 0 THEN N'c' ELSE N'u' END + N'"' + N',' + COALESCE(N'"' + CAST(s.o0 AS nvarchar(50)) + N'"', N'null') + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(s.o1 AS nvarchar(max)), 'json') + N'"', N'null') + N']]' FROM #upsertd AS s JOIN [dbo].[upsertd_idempotency_steps] AS o ON o.part = s.number WHERE o.key_hash = @once_key AND o.step = @once_step AND s.number BETWEEN @P1 AND @P2 AND (s.found = 1);
DELETE FROM [dbo].[upsertd_idempotency_steps] WHERE [key_hash] = @once_key AND [step] = @once_step AND [outcome] = N'' AND [part] BETWEEN @P1 AND @P2;
SELECT s.number, s.shape, s.found, s.o0, CAST(s.o1 AS nvarchar(2)) AS o1 FROM #upsertd AS s WHERE s.number BETWEEN @P1 AND @P2 ORDER BY s.number;
SET CONTEXT_INFO 0x01;
COMMIT TRANSACTION;
END TRY
BEGIN CATCH
IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;
THROW;
END CATCH;
--   row 0, shape 0: 'NO', 1, 0.50
