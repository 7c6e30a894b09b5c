-- undo
SET NOCOUNT, XACT_ABORT ON;
DECLARE @undone uniqueidentifier = @P1, @undone_step int = @P2;
DECLARE @log_id uniqueidentifier = @P3, @log_step int = @P4, @log_client nvarchar(256) = @P5, @log_api nvarchar(20) = @P6, @log_entity nvarchar(128) = @P7, @log_table nvarchar(257) = @P8, @log_operation nvarchar(100) = @P9, @log_clause nvarchar(max), @log_columns nvarchar(max) = @P10;
IF OBJECT_ID('tempdb..#upsertd_undo') IS NOT NULL DROP TABLE #upsertd_undo;
SELECT TOP (0) CAST(0 AS bigint) AS number, CAST(0 AS bigint) AS wave, CAST(0 AS int) AS did, CAST(NULL AS nvarchar(max)) AS expected, CAST(NULL AS nvarchar(max)) AS known, CAST(t.[CountryCode] AS nvarchar(2)) AS k0, CAST(t.[CountryCode] AS nvarchar(2)) AS c0, CAST(NULL AS nvarchar(60)) AS c1 INTO #upsertd_undo FROM (SELECT 1 AS x) AS q LEFT JOIN [dbo].[tblCountries] AS t ON 1 = 0;
CREATE UNIQUE CLUSTERED INDEX upsertd_undo_rows ON #upsertd_undo (wave, number);
INSERT INTO #upsertd_undo (number, wave, did, expected, known, k0, c0, c1)
SELECT ROW_NUMBER() OVER (ORDER BY r.[number] DESC) - 1, ROW_NUMBER() OVER (PARTITION BY p.k0 COLLATE Latin1_General_BIN2 ORDER BY r.[number] DESC), CASE WHEN r.[before] IS NULL THEN 0 WHEN r.[after] IS NULL THEN 2 ELSE 1 END, r.[after], COALESCE(r.[after], r.[before]), REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(p.k0, N'\\', NCHAR(64976)), N'\"', N'"'), N'\u0001', NCHAR(1)), N'\u0002', NCHAR(2)), N'\u0003', NCHAR(3)), N'\u0004', NCHAR(4)), N'\u0005', NCHAR(5)), N'\u0006', NCHAR(6)), N'\u0007', NCHAR(7)), N'\b', NCHAR(8)), N'\t', NCHAR(9)), N'\n', NCHAR(10)), N'\u000b', NCHAR(11)), N'\f', NCHAR(12)), N'\r', NCHAR(13)), N'\u000e', NCHAR(14)), N'\u000f', NCHAR(15)), N'\u0010', NCHAR(16)), N'\u0011', NCHAR(17)), N'\u0012', NCHAR(18)), N'\u0013', NCHAR(19)), N'\u0014', NCHAR(20)), N'\u0015', NCHAR(21)), N'\u0016', NCHAR(22)), N'\u0017', NCHAR(23)), N'\u0018', NCHAR(24)), N'\u0019', NCHAR(25)), N'\u001a', NCHAR(26)), N'\u001b', NCHAR(27)), N'\u001c', NCHAR(28)), N'\u001d', NCHAR(29)), N'\u001e', NCHAR(30)), N'\u001f', NCHAR(31)), NCHAR(64976), N'\'), REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(j.c0, N'\\', NCHAR(64976)), N'\"', N'"'), N'\u0001', NCHAR(1)), N'\u0002', NCHAR(2)), N'\u0003', NCHAR(3)), N'\u0004', NCHAR(4)), N'\u0005', NCHAR(5)), N'\u0006', NCHAR(6)), N'\u0007', NCHAR(7)), N'\b', NCHAR(8)), N'\t', NCHAR(9)), N'\n', NCHAR(10)), N'\u000b', NCHAR(11)), N'\f', NCHAR(12)), N'\r', NCHAR(13)), N'\u000e', NCHAR(14)), N'\u000f', NCHAR(15)), N'\u0010', NCHAR(16)), N'\u0011', NCHAR(17)), N'\u0012', NCHAR(18)), N'\u0013', NCHAR(19)), N'\u0014', NCHAR(20)), N'\u0015', NCHAR(21)), N'\u0016', NCHAR(22)), N'\u0017', NCHAR(23)), N'\u0018', NCHAR(24)), N'\u0019', NCHAR(25)), N'\u001a', NCHAR(26)), N'\u001b', NCHAR(27)), N'\u001c', NCHAR(28)), N'\u001d', NCHAR(29)), N'\u001e', NCHAR(30)), N'\u001f', NCHAR(31)), NCHAR(64976), N'\'), REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(j.c1, N'\\', NCHAR(64976)), N'\"', N'"'), N'\u0001', NCHAR(1)), N'\u0002', NCHAR(2)), N'\u0003', NCHAR(3)), N'\u0004', NCHAR(4)), N'\u0005', NCHAR(5)), N'\u0006', NCHAR(6)), N'\u0007', NCHAR(7)), N'\b', NCHAR(8)), N'\t', NCHAR(9)), N'\n', NCHAR(10)), N'\u000b', NCHAR(11)), N'\f', NCHAR(12)), N'\r', NCHAR(13)), N'\u000e', NCHAR(14)), N'\u000f', NCHAR(15)), N'\u0010', NCHAR(16)), N'\u0011', NCHAR(17)), N'\u0012', NCHAR(18)), N'\u0013', NCHAR(19)), N'\u0014', NCHAR(20)), N'\u0015', NCHAR(21)), N'\u0016', NCHAR(22)), N'\u0017', NCHAR(23)), N'\u0018', NCHAR(24)), N'\u0019', NCHAR(25)), N'\u001a', NCHAR(26)), N'\u001b', NCHAR(27)), N'\u001c', NCHAR(28)), N'\u001d', NCHAR(29)), N'\u001e', NCHAR(30)), N'\u001f', NCHAR(31)), NCHAR(64976), N'\')
FROM [dbo].[upsertd_log_rows] AS r
CROSS APPLY OPENJSON(N'[' + COALESCE(r.[after], r.[before]) + N']') WITH (k0 nvarchar(max) '$[0]') AS p
OUTER APPLY OPENJSON(N'[' + r.[before] + N']') WITH (c0 nvarchar(max) '$[0]', c1 nvarchar(max) '$[1]') AS j
WHERE r.[log_id] = @undone AND r.[step] = @undone_step;
DECLARE @wave bigint = 1, @waves bigint, @written bigint = 0;
DECLARE @changed TABLE (number bigint);
SELECT @waves = MAX(u.wave) FROM #upsertd_undo AS u;
WHILE @wave <= @waves
BEGIN
INSERT INTO @changed (number)
SELECT u.number FROM #upsertd_undo AS u LEFT JOIN [dbo].[tblCountries] AS t WITH (UPDLOCK, SERIALIZABLE) ON t.[CountryCode] = u.k0 WHERE u.wave = @wave AND COALESCE(CAST(N'[' AS nvarchar(max)) + N'"' + REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(CAST(t.[CountryCode] AS nvarchar(max)), N'\', N'\\\\'), N'"', N'\"'), NCHAR(1), N'\u0001'), NCHAR(2), N'\u0002'), NCHAR(3), N'\u0003'), NCHAR(4), N'\u0004'), NCHAR(5), N'\u0005'), NCHAR(6), N'\u0006'), NCHAR(7), N'\u0007'), NCHAR(8), N'\b'), NCHAR(9), N'\t'), NCHAR(10), N'\n'), NCHAR(11), N'\u000b'), NCHAR(12), N'\f'), NCHAR(13), N'\r'), NCHAR(14), N'\u000e'), NCHAR(15), N'\u000f'), NCHAR(16), N'\u0010'), NCHAR(17), N'\u0011'), NCHAR(18), N'\u0012'), NCHAR(19), N'\u0013'), NCHAR(20), N'\u0014'), NCHAR(21), N'\u0015'), NCHAR(22), N'\u0016'), NCHAR(23), N'\u0017'), NCHAR(24), N'\u0018'), NCHAR(25), N'\u0019'), NCHAR(26), N'\u001a'), NCHAR(27), N'\u001b'), NCHAR(28), N'\u001c'), NCHAR(29), N'\u001d'), NCHAR(30), N'\u001e'), NCHAR(31), N'\u001f') + N'"' + N',' + N'"' + REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(CAST(t.[CountryName] AS nvarchar(max)), N'\', N'\\\\'), N'"', N'\"'), NCHAR(1), N'\u0001'), NCHAR(2), N'\u0002'), NCHAR(3), N'\u0003'), NCHAR(4), N'\u0004'), NCHAR(5), N'\u0005'), NCHAR(6), N'\u0006'), NCHAR(7), N'\u0007'), NCHAR(8), N'\b'), NCHAR(9), N'\t'), NCHAR(10), N'\n'), NCHAR(11), N'\u000b'), NCHAR(12), N'\f'), NCHAR(13), N'\r'), NCHAR(14), N'\u000e'), NCHAR(15), N'\u000f'), NCHAR(16), N'\u0010'), NCHAR(17), N'\u0011'), NCHAR(18), N'\u0012'), NCHAR(19), N'\u0013'), NCHAR(20), N'\u0014'), NCHAR(21), N'\u0015'), NCHAR(22), N'\u0016'), NCHAR(23), N'\u0017'), NCHAR(24), N'\u0018'), NCHAR(25), N'\u0019'), NCHAR(26), N'\u001a'), NCHAR(27), N'\u001b'), NCHAR(28), N'\u001c'), NCHAR(29), N'\u001d'), NCHAR(30), N'\u001e'), NCHAR(31), N'\u001f') + N'"' + N']', N'') COLLATE Latin1_General_BIN2 <> COALESCE(u.expected, N'') COLLATE Latin1_General_BIN2;
IF EXISTS (SELECT 1 AS x FROM @changed)
BEGIN
BREAK;
END;
DELETE t FROM #upsertd_undo AS u JOIN [dbo].[tblCountries] AS t ON t.[CountryCode] = u.k0 WHERE u.wave = @wave AND u.did = 0;
SET @written = @written + @@ROWCOUNT;
UPDATE t SET [CountryCode] = u.c0, [CountryName] = u.c1 FROM #upsertd_undo AS u JOIN [dbo].[tblCountries] AS t ON t.[CountryCode] = u.k0 WHERE u.wave = @wave AND u.did = 1;
SET @written = @written + @@ROWCOUNT;
IF EXISTS (SELECT 1 AS x FROM #upsertd_undo AS u WHERE u.wave = @wave AND u.did = 2)
BEGIN
INSERT INTO [dbo].[tblCountries] ([CountryCode], [CountryName])
SELECT u.c0, u.c1 FROM #upsertd_undo AS u WHERE u.wave = @wave AND u.did = 2;
SET @written = @written + @@ROWCOUNT;
END;
INSERT INTO [dbo].[upsertd_log_rows] ([log_id], [step], [number], [before], [after])
SELECT @log_id, @log_step, u.number, u.expected, CAST(N'[' AS nvarchar(max)) + N'"' + REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(CAST(t.[CountryCode] AS nvarchar(max)), N'\', N'\\\\'), N'"', N'\"'), NCHAR(1), N'\u0001'), NCHAR(2), N'\u0002'), NCHAR(3), N'\u0003'), NCHAR(4), N'\u0004'), NCHAR(5), N'\u0005'), NCHAR(6), N'\u0006'), NCHAR(7), N'\u0007'), NCHAR(8), N'\b'), NCHAR(9), N'\t'), NCHAR(10), N'\n'), NCHAR(11), N'\u000b'), NCHAR(12), N'\f'), NCHAR(13), N'\r'), NCHAR(14), N'\u000e'), NCHAR(15), N'\u000f'), NCHAR(16), N'\u0010'), NCHAR(17), N'\u0011'), NCHAR(18), N'\u0012'), NCHAR(19), N'\u0013'), NCHAR(20), N'\u0014'), NCHAR(21), N'\u0015'), NCHAR(22), N'\u0016'), NCHAR(23), N'\u0017'), NCHAR(24), N'\u0018'), NCHAR(25), N'\u0019'), NCHAR(26), N'\u001a'), NCHAR(27), N'\u001b'), NCHAR(28), N'\u001c'), NCHAR(29), N'\u001d'), NCHAR(30), N'\u001e'), NCHAR(31), N'\u001f') + N'"' + N',' + N'"' + REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(CAST(t.[CountryName] AS nvarchar(max)), N'\', N'\\\\'), N'"', N'\"'), NCHAR(1), N'\u0001'), NCHAR(2), N'\u0002'), NCHAR(3), N'\u0003'), NCHAR(4), N'\u0004'), NCHAR(5), N'\u0005'), NCHAR(6), N'\u0006'), NCHAR(7), N'\u0007'), NCHAR(8), N'\b'), NCHAR(9), N'\t'), NCHAR(10), N'\n'), NCHAR(11), N'\u000b'), NCHAR(12), N'\f'), NCHAR(13), N'\r'), NCHAR(14), N'\u000e'), NCHAR(15), N'\u000f'), NCHAR(16), N'\u0010'), NCHAR(17), N'\u0011'), NCHAR(18), N'\u0012'), NCHAR(19), N'\u0013'), NCHAR(20), N'\u0014'), NCHAR(21), N'\u0015'), NCHAR(22), N'\u0016'), NCHAR(23), N'\u0017'), NCHAR(24), N'\u0018'), NCHAR(25), N'\u0019'), NCHAR(26), N'\u001a'), NCHAR(27), N'\u001b'), NCHAR(28), N'\u001c'), NCHAR(29), N'\u001d'), NCHAR(30), N'\u001e'), NCHAR(31), N'\u001f') + N'"' + N']' FROM #upsertd_undo AS u LEFT JOIN [dbo].[tblCountries] AS t ON u.did <> 0 AND t.[CountryCode] = u.c0 WHERE u.wave = @wave;
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
--   @P7 nvarchar(max) = 'tblCountries'
--   @P8 nvarchar(max) = 'dbo.tblCountries'
--   @P9 nvarchar(max) = 'test'
--   @P10 nvarchar(max) = '["CountryCode","CountryName"]'
