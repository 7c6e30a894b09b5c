-- rows
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
IF OBJECT_ID('tempdb..#upsertd') IS NOT NULL DROP TABLE #upsertd;
SELECT TOP (0) CAST(0 AS bigint) AS number, CAST(0 AS int) AS shape, CAST(0 AS int) AS round, CAST(0 AS int) AS found, CAST(NULL AS uniqueidentifier) AS c11, CAST(NULL AS nvarchar(100)) AS c1, CAST(NULL AS datetime2(3)) AS c13, CAST(NULL AS bigint) AS o0, CAST(NULL AS nvarchar(max)) AS [before] INTO #upsertd FROM (SELECT 1 AS x) AS q;
CREATE UNIQUE CLUSTERED INDEX upsertd_rows ON #upsertd (number);
INSERT INTO #upsertd (number, shape, round, found, c11, c1, c13)
SELECT number, shape, 1, 0, c11, c1, CAST(c13 AS datetime2(3))
FROM OPENJSON(@P3) WITH (number bigint '$[0]', shape int '$[1]', c11 uniqueidentifier '$[2]', c1 nvarchar(100) '$[3]', c13 nvarchar(50) '$[4]');
IF EXISTS (SELECT 1 AS x FROM #upsertd AS s WHERE s.number BETWEEN @P1 AND @P2 GROUP BY s.c11 HAVING COUNT(*) > 1)
UPDATE s SET round = q.times FROM #upsertd AS s JOIN (SELECT s.number, ROW_NUMBER() OVER (PARTITION BY s.c11 ORDER BY s.number) AS times FROM #upsertd AS s WHERE s.number BETWEEN @P1 AND @P2) AS q ON q.number = s.number WHERE q.times > 1;
DECLARE @round int = 1, @rounds int, @written int = 0, @expected int = 0, @number bigint, @counted bit = 0;
DECLARE @found TABLE (number bigint, times int);
DECLARE @log_id uniqueidentifier = @P4, @log_step int = @P5, @log_client nvarchar(256) = @P6, @log_api nvarchar(20) = @P7, @log_entity nvarchar(128) = @P8, @log_table nvarchar(257) = @P9, @log_operation nvarchar(100) = @P10, @log_clause nvarchar(max), @log_columns nvarchar(max) = @P11;
DECLARE @log_created int = 0, @log_updated int = 0, @log_deleted int = 0;
BEGIN TRY
BEGIN TRANSACTION;
SELECT @rounds = MAX(s.round) FROM #upsertd AS s WHERE s.number BETWEEN @P1 AND @P2;
WHILE @round <= @rounds
BEGIN
INSERT INTO @found (number, times)
SELECT s.number, CASE WHEN COUNT(*) > 1 THEN 2 ELSE 1 END FROM #upsertd AS s JOIN [dbo].[tblCustomers] AS t WITH (UPDLOCK, SERIALIZABLE) ON t.[RowGuid] = s.c11 WHERE s.number BETWEEN @P1 AND @P2 AND s.round = @round AND s.found >= 0 GROUP BY s.number;
UPDATE s SET found = f.times FROM #upsertd AS s JOIN @found AS f ON f.number = s.number;
DELETE FROM @found;
SELECT @expected = @expected + COUNT(*) FROM #upsertd AS s WHERE s.number BETWEEN @P1 AND @P2 AND s.round = @round AND (s.found = 1 OR s.found = 0);
UPDATE s SET [before] = CAST(N'[' AS nvarchar(max)) + N'"' + CAST(t.[CustomerId] AS nvarchar(50)) + N'"' + N',' + N'"' + STRING_ESCAPE(CAST(t.[VendorName] AS nvarchar(max)), 'json') + N'"' + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(t.[VendorCode] AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(t.[City] AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + CAST(t.[CreditLimit] AS nvarchar(50)) + N'"', N'null') + N',' + N'"' + CAST(t.[CreditUsed] AS nvarchar(50)) + N'"' + N',' + N'"' + CAST(t.[IsActive] AS nvarchar(50)) + N'"' + N',' + COALESCE(N'"' + CAST(t.[Rating] AS nvarchar(50)) + N'"', N'null') + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(t.[Notes] AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + CONVERT(nvarchar(max), t.[Logo], 1) + N'"', N'null') + N',' + N'"' + CAST(t.[RowGuid] AS nvarchar(36)) + N'"' + N',' + COALESCE(N'"' + CAST(t.[ParentGuid] AS nvarchar(36)) + N'"', N'null') + N',' + N'"' + CAST(t.[DateEntered] AS nvarchar(40)) + N'"' + N',' + COALESCE(N'"' + CONVERT(nvarchar(10), t.[LastContact], 23) + N'"', N'null') + N']' FROM #upsertd AS s JOIN [dbo].[tblCustomers] AS t ON t.[RowGuid] = s.c11 WHERE s.number BETWEEN @P1 AND @P2 AND s.round = @round AND s.found = 1;
UPDATE t SET [VendorName] = s.c1 FROM #upsertd AS s JOIN [dbo].[tblCustomers] AS t ON t.[RowGuid] = s.c11 WHERE s.number BETWEEN @P1 AND @P2 AND s.round = @round AND s.found = 1;
SET @written = @written + @@ROWCOUNT;
INSERT INTO [dbo].[tblCustomers] ([RowGuid], [VendorName], [DateEntered])
SELECT s.c11, s.c1, s.c13 FROM #upsertd AS s WHERE s.number BETWEEN @P1 AND @P2 AND s.round = @round AND s.found = 0 ORDER BY s.number;
SET @written = @written + @@ROWCOUNT;
INSERT INTO [dbo].[upsertd_log_rows] ([log_id], [step], [number], [before], [after])
SELECT @log_id, @log_step, s.number, s.[before], CAST(N'[' AS nvarchar(max)) + N'"' + CAST(t.[CustomerId] AS nvarchar(50)) + N'"' + N',' + N'"' + STRING_ESCAPE(CAST(t.[VendorName] AS nvarchar(max)), 'json') + N'"' + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(t.[VendorCode] AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(t.[City] AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + CAST(t.[CreditLimit] AS nvarchar(50)) + N'"', N'null') + N',' + N'"' + CAST(t.[CreditUsed] AS nvarchar(50)) + N'"' + N',' + N'"' + CAST(t.[IsActive] AS nvarchar(50)) + N'"' + N',' + COALESCE(N'"' + CAST(t.[Rating] AS nvarchar(50)) + N'"', N'null') + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(t.[Notes] AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + CONVERT(nvarchar(max), t.[Logo], 1) + N'"', N'null') + N',' + N'"' + CAST(t.[RowGuid] AS nvarchar(36)) + N'"' + N',' + COALESCE(N'"' + CAST(t.[ParentGuid] AS nvarchar(36)) + N'"', N'null') + N',' + N'"' + CAST(t.[DateEntered] AS nvarchar(40)) + N'"' + N',' + COALESCE(N'"' + CONVERT(nvarchar(10), t.[LastContact], 23) + N'"', N'null') + N']' FROM #upsertd AS s LEFT JOIN [dbo].[tblCustomers] AS t ON t.[RowGuid] = s.c11 WHERE s.number BETWEEN @P1 AND @P2 AND s.round = @round AND (s.found = 1 OR s.found = 0);
SET @round = @round + 1;
END;
IF @written <> @expected THROW 50000, N'The database passed over a row.', 1;
SELECT @log_created = COUNT(CASE WHEN s.found = 0 THEN 1 END), @log_updated = COUNT(CASE WHEN s.found = 1 THEN 1 END) FROM #upsertd AS s WHERE s.number BETWEEN @P1 AND @P2;
IF @log_created + @log_updated + @log_deleted > 0
BEGIN
UPDATE [dbo].[upsertd_log] WITH (UPDLOCK, SERIALIZABLE) SET [created] = [created] + @log_created, [updated] = [updated] + @log_updated, [deleted] = [deleted] + @log_deleted WHERE [log_id] = @log_id AND [step] = @log_step;
IF @@ROWCOUNT = 0
BEGIN
INSERT INTO [dbo].[upsertd_log] ([log_id], [step], [at], [client], [api], [entity], [table_name], [operation], [clause], [columns], [created], [updated], [deleted])
VALUES (@log_id, @log_step, SYSUTCDATETIME(), @log_client, @log_api, @log_entity, @log_table, @log_operation, @log_clause, @log_columns, @log_created, @log_updated, @log_deleted);
END;
END;
SELECT s.number, s.shape, s.found FROM #upsertd AS s WHERE s.number BETWEEN @P1 AND @P2 ORDER BY s.number;
SET CONTEXT_INFO 0x01;
COMMIT TRANSACTION;
END TRY
BEGIN CATCH
IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;
THROW;
END CATCH;
--   row 0, shape 0: 00000000-0000-0000-0000-000000000001, 'By GUID', 2026-01-31 13:45:59.123
