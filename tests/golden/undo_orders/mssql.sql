-- undo
SET NOCOUNT, XACT_ABORT ON;
DECLARE @undone uniqueidentifier = @P1, @undone_step int = @P2;
DECLARE @log_id uniqueidentifier = @P3, @log_step int = @P4, @log_client nvarchar(256) = @P5, @log_api nvarchar(20) = @P6, @log_entity nvarchar(128) = @P7, @log_table nvarchar(257) = @P8, @log_operation nvarchar(100) = @P9, @log_clause nvarchar(max), @log_columns nvarchar(max) = @P10;
IF OBJECT_ID('tempdb..#upsertd_undo') IS NOT NULL DROP TABLE #upsertd_undo;
SELECT TOP (0) CAST(0 AS bigint) AS number, CAST(0 AS bigint) AS wave, CAST(0 AS int) AS did, CAST(NULL AS nvarchar(max)) AS expected, CAST(NULL AS nvarchar(max)) AS known, CAST(NULL AS bigint) AS k0, CAST(NULL AS bigint) AS c0, CAST(NULL AS nvarchar(20)) AS c1, CAST(NULL AS bigint) AS c2, CAST(NULL AS nvarchar(40)) AS c3, CAST(NULL AS nvarchar(40)) AS c4, CAST(NULL AS nvarchar(20)) AS c5, CAST(NULL AS decimal(19,4)) AS c6 INTO #upsertd_undo FROM (SELECT 1 AS x) AS q LEFT JOIN [sales].[tblOrders] AS t ON 1 = 0;
CREATE UNIQUE CLUSTERED INDEX upsertd_undo_rows ON #upsertd_undo (wave, number);
INSERT INTO #upsertd_undo (number, wave, did, expected, known, k0, c0, c1, c2, c3, c4, c5, c6)
SELECT ROW_NUMBER() OVER (ORDER BY r.[number] DESC) - 1, ROW_NUMBER() OVER (PARTITION BY p.k0 COLLATE Latin1_General_BIN2 ORDER BY r.[number] DESC), CASE WHEN r.[before] IS NULL THEN 0 WHEN r.[after] IS NULL THEN 2 ELSE 1 END, r.[after], COALESCE(r.[after], r.[before]), CAST(p.k0 AS bigint), CAST(j.c0 AS bigint), j.c1, CAST(j.c2 AS bigint), j.c3, j.c4, j.c5, CAST(j.c6 AS decimal(19,4))
FROM [dbo].[upsertd_log_rows] AS r
CROSS APPLY OPENJSON(N'[' + COALESCE(r.[after], r.[before]) + N']') WITH (k0 nvarchar(max) '$[0]') AS p
OUTER APPLY OPENJSON(N'[' + r.[before] + N']') WITH (c0 nvarchar(max) '$[0]', c1 nvarchar(max) '$[1]', c2 nvarchar(max) '$[2]', c3 nvarchar(max) '$[3]', c4 nvarchar(max) '$[4]', c5 nvarchar(max) '$[5]', c6 nvarchar(max) '$[6]') AS j
WHERE r.[log_id] = @undone AND r.[step] = @undone_step;
DECLARE @wave bigint = 1, @waves bigint, @written bigint = 0;
DECLARE @changed TABLE (number bigint);
SELECT @waves = MAX(u.wave) FROM #upsertd_undo AS u;
WHILE @wave <= @waves
BEGIN
INSERT INTO @changed (number)
SELECT u.number FROM #upsertd_undo AS u LEFT JOIN [sales].[tblOrders] AS t WITH (UPDLOCK, SERIALIZABLE) ON t.[OrderId] = u.k0 WHERE u.wave = @wave AND COALESCE(CAST(N'[' AS nvarchar(max)) + N'"' + CAST(t.[OrderId] AS nvarchar(50)) + N'"' + N',' + N'"' + STRING_ESCAPE(CAST(t.[OrderNo] AS nvarchar(max)), 'json') + N'"' + N',' + N'"' + CAST(t.[CustomerId] AS nvarchar(50)) + N'"' + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(t.[Reference] AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(t.[Barcode] AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(t.[Status] AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + CAST(CAST(t.[Total] AS decimal(19,4)) AS nvarchar(50)) + N'"', N'null') + N']', N'') COLLATE Latin1_General_BIN2 <> COALESCE(u.expected, N'') COLLATE Latin1_General_BIN2;
IF EXISTS (SELECT 1 AS x FROM @changed)
BEGIN
BREAK;
END;
DELETE t FROM #upsertd_undo AS u JOIN [sales].[tblOrders] AS t ON t.[OrderId] = u.k0 WHERE u.wave = @wave AND u.did = 0;
SET @written = @written + @@ROWCOUNT;
UPDATE t SET [OrderNo] = u.c1, [CustomerId] = u.c2, [Reference] = u.c3, [Barcode] = u.c4, [Status] = u.c5, [Total] = u.c6 FROM #upsertd_undo AS u JOIN [sales].[tblOrders] AS t ON t.[OrderId] = u.k0 WHERE u.wave = @wave AND u.did = 1;
SET @written = @written + @@ROWCOUNT;
IF EXISTS (SELECT 1 AS x FROM #upsertd_undo AS u WHERE u.wave = @wave AND u.did = 2)
BEGIN
SET IDENTITY_INSERT [sales].[tblOrders] ON;
INSERT INTO [sales].[tblOrders] ([OrderId], [OrderNo], [CustomerId], [Reference], [Barcode], [Status], [Total])
SELECT u.c0, u.c1, u.c2, u.c3, u.c4, u.c5, u.c6 FROM #upsertd_undo AS u WHERE u.wave = @wave AND u.did = 2;
SET @written = @written + @@ROWCOUNT;
SET IDENTITY_INSERT [sales].[tblOrders] OFF;
END;
INSERT INTO [dbo].[upsertd_log_rows] ([log_id], [step], [number], [before], [after])
SELECT @log_id, @log_step, u.number, u.expected, CAST(N'[' AS nvarchar(max)) + N'"' + CAST(t.[OrderId] AS nvarchar(50)) + N'"' + N',' + N'"' + STRING_ESCAPE(CAST(t.[OrderNo] AS nvarchar(max)), 'json') + N'"' + N',' + N'"' + CAST(t.[CustomerId] AS nvarchar(50)) + N'"' + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(t.[Reference] AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(t.[Barcode] AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(t.[Status] AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + CAST(CAST(t.[Total] AS decimal(19,4)) AS nvarchar(50)) + N'"', N'null') + N']' FROM #upsertd_undo AS u LEFT JOIN [sales].[tblOrders] AS t ON u.did <> 0 AND t.[OrderId] = u.c0 WHERE u.wave = @wave;
SET @wave = @wave + 1;
END;
IF NOT EXISTS (SELECT 1 AS x FROM @changed) AND @written <> (SELECT COUNT(*) FROM #upsertd_undo)
BEGIN
THROW 50000, N'The database passed over a row.', 1;
END;
IF @written > 0 AND NOT EXISTS (SELECT 1 AS x FROM @changed)
BEGIN
DECLARE @log_created int, @log_updated int, @log_deleted int;
SELECT @log_created = COUNT(CASE WHEN u.did = 2 THEN 1 END), @log_updated = COUNT(CASE WHEN u.did = 1 THEN 1 END), @log_deleted = COUNT(CASE WHEN u.did = 0 THEN 1 END) FROM #upsertd_undo AS u;
INSERT INTO [dbo].[upsertd_log] ([log_id], [step], [at], [client], [api], [entity], [table_name], [operation], [clause], [columns], [created], [updated], [deleted])
VALUES (@log_id, @log_step, SYSUTCDATETIME(), @log_client, @log_api, @log_entity, @log_table, @log_operation, @log_clause, @log_columns, @log_created, @log_updated, @log_deleted);
UPDATE [dbo].[upsertd_log] SET [undoes] = @undone WHERE [log_id] = @log_id AND [step] = @log_step;
END;
SELECT TOP (1000) u.known FROM #upsertd_undo AS u JOIN @changed AS c ON c.number = u.number ORDER BY u.number;
--   @P1 uniqueidentifier = 01900000-0000-7000-8000-000000000002
--   @P2 int = 3
--   @P3 uniqueidentifier = 01900000-0000-7000-8000-000000000001
--   @P4 int = 2
--   @P5 nvarchar(max) = 'office'
--   @P6 nvarchar(max) = 'admin'
--   @P7 nvarchar(max) = 'tblOrders'
--   @P8 nvarchar(max) = 'sales.tblOrders'
--   @P9 nvarchar(max) = 'test'
--   @P10 nvarchar(max) = '["OrderId","OrderNo","CustomerId","Reference","Barcode","Status","Total"]'
