-- rows
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
IF OBJECT_ID('tempdb..#upsertd') IS NOT NULL DROP TABLE #upsertd;
SELECT TOP (0) CAST(0 AS bigint) AS number, CAST(0 AS int) AS shape, CAST(0 AS int) AS round, CAST(0 AS int) AS found, CAST(NULL AS nvarchar(100)) AS c1, CAST(NULL AS nvarchar(60)) AS c3, CAST(NULL AS uniqueidentifier) AS c11, CAST(NULL AS datetime2(3)) AS c13, CAST(NULL AS bigint) AS o0 INTO #upsertd FROM (SELECT 1 AS x) AS q;
CREATE UNIQUE CLUSTERED INDEX upsertd_rows ON #upsertd (number);
INSERT INTO #upsertd (number, shape, round, found, c1, c3, c11, c13)
SELECT number, shape, 1, 0, c1, c3, c11, CAST(c13 AS datetime2(3))
FROM OPENJSON(@P3) WITH (number bigint '$[0]', shape int '$[1]', c1 nvarchar(100) '$[2]', c3 nvarchar(60) '$[3]', c11 uniqueidentifier '$[4]', c13 nvarchar(50) '$[5]');
DECLARE @round int = 1, @rounds int, @written int = 0, @expected int = 0, @number bigint, @counted bit = 0;
DECLARE @found TABLE (number bigint, times int, o0 bigint);
DECLARE @made TABLE (x int, o0 bigint);
BEGIN TRY
BEGIN TRANSACTION;
SELECT @rounds = MAX(s.round) FROM #upsertd AS s WHERE s.number BETWEEN @P1 AND @P2;
WHILE @round <= @rounds
BEGIN
SELECT @expected = @expected + COUNT(*) FROM #upsertd AS s WHERE s.number BETWEEN @P1 AND @P2 AND s.round = @round AND (s.found = 0);
INSERT INTO [dbo].[tblCustomers] ([VendorName], [City], [RowGuid], [DateEntered]) OUTPUT inserted.[CustomerId] INTO @made (o0)
SELECT s.c1, s.c3, s.c11, s.c13 FROM #upsertd AS s WHERE s.number BETWEEN @P1 AND @P2 AND s.round = @round AND s.found = 0 ORDER BY s.number;
SET @written = @written + @@ROWCOUNT;
SET @number = CASE WHEN SCOPE_IDENTITY() = (SELECT MIN(o0) FROM @made) THEN -1 ELSE 1 END;
UPDATE s SET o0 = m.o0 FROM #upsertd AS s JOIN (SELECT s.number, ROW_NUMBER() OVER (ORDER BY s.number) AS nth FROM #upsertd AS s WHERE s.number BETWEEN @P1 AND @P2 AND s.round = @round AND s.found = 0) AS q ON q.number = s.number JOIN (SELECT o0, ROW_NUMBER() OVER (ORDER BY o0 * @number) AS nth FROM @made) AS m ON m.nth = q.nth;
DELETE FROM @made;
IF EXISTS (SELECT 1 AS x FROM #upsertd AS s WHERE s.number BETWEEN @P1 AND @P2 AND s.round = @round AND s.found = 0 AND NOT EXISTS (SELECT 1 AS x FROM [dbo].[tblCustomers] AS t WHERE t.[CustomerId] = s.o0 AND (t.[City] IN (@P4, @P5)))) THROW 1875001403, N'A row would be outside of the rows of its writer.', 1;
SET @round = @round + 1;
END;
IF @written <> @expected THROW 50000, N'The database passed over a row.', 1;
SELECT s.number, s.shape, s.found, s.o0 FROM #upsertd AS s WHERE s.number BETWEEN @P1 AND @P2 ORDER BY s.number;
SET CONTEXT_INFO 0x01;
COMMIT TRANSACTION;
END TRY
BEGIN CATCH
IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;
THROW;
END CATCH;
--   row 0, shape 0: 'New', 'Rome', 00112233-4455-6677-8899-aabbccddeeff, 2026-01-31 13:45:59.123
