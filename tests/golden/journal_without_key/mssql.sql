-- script, 1 allowed of at most 500, else insert
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0;
DECLARE @log_id uniqueidentifier = @P1, @log_step int = @P2, @log_client nvarchar(256) = @P3, @log_api nvarchar(20) = @P4, @log_entity nvarchar(128) = @P5, @log_table nvarchar(257) = @P6, @log_operation nvarchar(100) = @P7, @log_clause nvarchar(max), @log_columns nvarchar(max) = @P8;
DECLARE @log TABLE (b0 bit, b1 tinyint, b2 smallint, b3 int, b4 bigint, b5 decimal(12,2), b6 decimal(38,10), b7 decimal(19,4), b8 decimal(19,4), b9 real, b10 float, b11 date, b12 time(3), b13 smalldatetime, b14 datetime, b15 datetime2(3), b16 datetimeoffset(0), b17 nvarchar(4), b18 nvarchar(4), b19 nvarchar(10), b20 nvarchar(10), b22 xml, b23 uniqueidentifier, b24 varbinary(8), a0 bit, a1 tinyint, a2 smallint, a3 int, a4 bigint, a5 decimal(12,2), a6 decimal(38,10), a7 decimal(19,4), a8 decimal(19,4), a9 real, a10 float, a11 date, a12 time(3), a13 smalldatetime, a14 datetime, a15 datetime2(3), a16 datetimeoffset(0), a17 nvarchar(4), a18 nvarchar(4), a19 nvarchar(10), a20 nvarchar(10), a22 xml, a23 uniqueidentifier, a24 varbinary(8));
BEGIN TRY
BEGIN TRANSACTION;
SELECT @n = COUNT(*) FROM (SELECT TOP (@P9) 1 AS x FROM [dbo].[tblTypes] WITH (UPDLOCK, SERIALIZABLE) WHERE [AnInt] = @P10) AS q;
IF @n BETWEEN 1 AND @P11
BEGIN
UPDATE [dbo].[tblTypes] SET [AnInt] = @P12 OUTPUT deleted.[ABit], deleted.[ATinyInt], deleted.[ASmallInt], deleted.[AnInt], deleted.[ABigInt], deleted.[ADecimal], deleted.[AWideDecimal], deleted.[AMoney], deleted.[ASmallMoney], deleted.[AReal], deleted.[AFloat], deleted.[ADate], deleted.[ATime], deleted.[ASmallDateTime], deleted.[ADateTime], deleted.[ADateTime2], deleted.[ADateTimeOffset], deleted.[AChar], deleted.[ANChar], deleted.[AVarChar], deleted.[ANVarChar], deleted.[AnXml], deleted.[AGuid], deleted.[ABinary], inserted.[ABit], inserted.[ATinyInt], inserted.[ASmallInt], inserted.[AnInt], inserted.[ABigInt], inserted.[ADecimal], inserted.[AWideDecimal], inserted.[AMoney], inserted.[ASmallMoney], inserted.[AReal], inserted.[AFloat], inserted.[ADate], inserted.[ATime], inserted.[ASmallDateTime], inserted.[ADateTime], inserted.[ADateTime2], inserted.[ADateTimeOffset], inserted.[AChar], inserted.[ANChar], inserted.[AVarChar], inserted.[ANVarChar], inserted.[AnXml], inserted.[AGuid], inserted.[ABinary] INTO @log (b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14, b15, b16, b17, b18, b19, b20, b22, b23, b24, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a22, a23, a24) WHERE [AnInt] = @P10;
SET @a = @@ROWCOUNT;
END
ELSE IF @n = 0
BEGIN
INSERT INTO [dbo].[tblTypes] ([AnInt]) OUTPUT inserted.[ABit], inserted.[ATinyInt], inserted.[ASmallInt], inserted.[AnInt], inserted.[ABigInt], inserted.[ADecimal], inserted.[AWideDecimal], inserted.[AMoney], inserted.[ASmallMoney], inserted.[AReal], inserted.[AFloat], inserted.[ADate], inserted.[ATime], inserted.[ASmallDateTime], inserted.[ADateTime], inserted.[ADateTime2], inserted.[ADateTimeOffset], inserted.[AChar], inserted.[ANChar], inserted.[AVarChar], inserted.[ANVarChar], inserted.[AnXml], inserted.[AGuid], inserted.[ABinary] INTO @log (a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a22, a23, a24) VALUES (@P12);
SET @a = @@ROWCOUNT;
END;
IF @a = CASE @n WHEN 0 THEN 1 ELSE @n END
BEGIN
INSERT INTO [dbo].[upsertd_log] ([log_id], [step], [at], [client], [api], [entity], [table_name], [operation], [clause], [columns], [created], [updated], [deleted])
VALUES (@log_id, @log_step, SYSUTCDATETIME(), @log_client, @log_api, @log_entity, @log_table, @log_operation, @log_clause, @log_columns, CASE @n WHEN 0 THEN @a ELSE 0 END, CASE @n WHEN 0 THEN 0 ELSE @a END, 0);
IF @n = 0
BEGIN
INSERT INTO [dbo].[upsertd_log_rows] ([log_id], [step], [number], [before], [after])
SELECT @log_id, @log_step, ROW_NUMBER() OVER (ORDER BY (SELECT NULL)) - 1, NULL, CAST(N'[' AS nvarchar(max)) + COALESCE(N'"' + CAST(l.a0 AS nvarchar(50)) + N'"', N'null') + N',' + COALESCE(N'"' + CAST(l.a1 AS nvarchar(50)) + N'"', N'null') + N',' + COALESCE(N'"' + CAST(l.a2 AS nvarchar(50)) + N'"', N'null') + N',' + COALESCE(N'"' + CAST(l.a3 AS nvarchar(50)) + N'"', N'null') + N',' + COALESCE(N'"' + CAST(l.a4 AS nvarchar(50)) + N'"', N'null') + N',' + COALESCE(N'"' + CAST(l.a5 AS nvarchar(50)) + N'"', N'null') + N',' + COALESCE(N'"' + CAST(l.a6 AS nvarchar(50)) + N'"', N'null') + N',' + COALESCE(N'"' + CAST(CAST(l.a7 AS decimal(19,4)) AS nvarchar(50)) + N'"', N'null') + N',' + COALESCE(N'"' + CAST(CAST(l.a8 AS decimal(19,4)) AS nvarchar(50)) + N'"', N'null') + N',' + COALESCE(N'"' + CONVERT(nvarchar(50), l.a9, 3) + N'"', N'null') + N',' + COALESCE(N'"' + CONVERT(nvarchar(50), l.a10, 3) + N'"', N'null') + N',' + COALESCE(N'"' + CONVERT(nvarchar(10), l.a11, 23) + N'"', N'null') + N',' + COALESCE(N'"' + CAST(l.a12 AS nvarchar(40)) + N'"', N'null') + N',' + COALESCE(N'"' + CONVERT(nvarchar(30), l.a13, 126) + N'"', N'null') + N',' + COALESCE(N'"' + CONVERT(nvarchar(30), l.a14, 126) + N'"', N'null') + N',' + COALESCE(N'"' + CAST(l.a15 AS nvarchar(40)) + N'"', N'null') + N',' + COALESCE(N'"' + CAST(l.a16 AS nvarchar(40)) + N'"', N'null') + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(l.a17 AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(l.a18 AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(l.a19 AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(l.a20 AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(l.a22 AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + CAST(l.a23 AS nvarchar(36)) + N'"', N'null') + N',' + COALESCE(N'"' + CONVERT(nvarchar(max), l.a24, 1) + N'"', N'null') + N']' FROM @log AS l;
END
ELSE
BEGIN
INSERT INTO [dbo].[upsertd_log_rows] ([log_id], [step], [number], [before], [after])
SELECT @log_id, @log_step, ROW_NUMBER() OVER (ORDER BY (SELECT NULL)) - 1, CAST(N'[' AS nvarchar(max)) + COALESCE(N'"' + CAST(l.b0 AS nvarchar(50)) + N'"', N'null') + N',' + COALESCE(N'"' + CAST(l.b1 AS nvarchar(50)) + N'"', N'null') + N',' + COALESCE(N'"' + CAST(l.b2 AS nvarchar(50)) + N'"', N'null') + N',' + COALESCE(N'"' + CAST(l.b3 AS nvarchar(50)) + N'"', N'null') + N',' + COALESCE(N'"' + CAST(l.b4 AS nvarchar(50)) + N'"', N'null') + N',' + COALESCE(N'"' + CAST(l.b5 AS nvarchar(50)) + N'"', N'null') + N',' + COALESCE(N'"' + CAST(l.b6 AS nvarchar(50)) + N'"', N'null') + N',' + COALESCE(N'"' + CAST(CAST(l.b7 AS decimal(19,4)) AS nvarchar(50)) + N'"', N'null') + N',' + COALESCE(N'"' + CAST(CAST(l.b8 AS decimal(19,4)) AS nvarchar(50)) + N'"', N'null') + N',' + COALESCE(N'"' + CONVERT(nvarchar(50), l.b9, 3) + N'"', N'null') + N',' + COALESCE(N'"' + CONVERT(nvarchar(50), l.b10, 3) + N'"', N'null') + N',' + COALESCE(N'"' + CONVERT(nvarchar(10), l.b11, 23) + N'"', N'null') + N',' + COALESCE(N'"' + CAST(l.b12 AS nvarchar(40)) + N'"', N'null') + N',' + COALESCE(N'"' + CONVERT(nvarchar(30), l.b13, 126) + N'"', N'null') + N',' + COALESCE(N'"' + CONVERT(nvarchar(30), l.b14, 126) + N'"', N'null') + N',' + COALESCE(N'"' + CAST(l.b15 AS nvarchar(40)) + N'"', N'null') + N',' + COALESCE(N'"' + CAST(l.b16 AS nvarchar(40)) + N'"', N'null') + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(l.b17 AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(l.b18 AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(l.b19 AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(l.b20 AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(l.b22 AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + CAST(l.b23 AS nvarchar(36)) + N'"', N'null') + N',' + COALESCE(N'"' + CONVERT(nvarchar(max), l.b24, 1) + N'"', N'null') + N']', CAST(N'[' AS nvarchar(max)) + COALESCE(N'"' + CAST(l.a0 AS nvarchar(50)) + N'"', N'null') + N',' + COALESCE(N'"' + CAST(l.a1 AS nvarchar(50)) + N'"', N'null') + N',' + COALESCE(N'"' + CAST(l.a2 AS nvarchar(50)) + N'"', N'null') + N',' + COALESCE(N'"' + CAST(l.a3 AS nvarchar(50)) + N'"', N'null') + N',' + COALESCE(N'"' + CAST(l.a4 AS nvarchar(50)) + N'"', N'null') + N',' + COALESCE(N'"' + CAST(l.a5 AS nvarchar(50)) + N'"', N'null') + N',' + COALESCE(N'"' + CAST(l.a6 AS nvarchar(50)) + N'"', N'null') + N',' + COALESCE(N'"' + CAST(CAST(l.a7 AS decimal(19,4)) AS nvarchar(50)) + N'"', N'null') + N',' + COALESCE(N'"' + CAST(CAST(l.a8 AS decimal(19,4)) AS nvarchar(50)) + N'"', N'null') + N',' + COALESCE(N'"' + CONVERT(nvarchar(50), l.a9, 3) + N'"', N'null') + N',' + COALESCE(N'"' + CONVERT(nvarchar(50), l.a10, 3) + N'"', N'null') + N',' + COALESCE(N'"' + CONVERT(nvarchar(10), l.a11, 23) + N'"', N'null') + N',' + COALESCE(N'"' + CAST(l.a12 AS nvarchar(40)) + N'"', N'null') + N',' + COALESCE(N'"' + CONVERT(nvarchar(30), l.a13, 126) + N'"', N'null') + N',' + COALESCE(N'"' + CONVERT(nvarchar(30), l.a14, 126) + N'"', N'null') + N',' + COALESCE(N'"' + CAST(l.a15 AS nvarchar(40)) + N'"', N'null') + N',' + COALESCE(N'"' + CAST(l.a16 AS nvarchar(40)) + N'"', N'null') + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(l.a17 AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(l.a18 AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(l.a19 AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(l.a20 AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + STRING_ESCAPE(CAST(l.a22 AS nvarchar(max)), 'json') + N'"', N'null') + N',' + COALESCE(N'"' + CAST(l.a23 AS nvarchar(36)) + N'"', N'null') + N',' + COALESCE(N'"' + CONVERT(nvarchar(max), l.a24, 1) + N'"', N'null') + N']' FROM @log AS l;
END;
SET CONTEXT_INFO 0x01;
COMMIT TRANSACTION;
END
ELSE ROLLBACK TRANSACTION;
END TRY
BEGIN CATCH
IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;
THROW;
END CATCH;
SELECT @n AS matched, @a AS affected, NULL AS generated;
--   @P1 uniqueidentifier = 01900000-0000-7000-8000-000000000001
--   @P2 int = 2
--   @P3 nvarchar(max) = 'office'
--   @P4 nvarchar(max) = 'admin'
--   @P5 nvarchar(max) = 'tblTypes'
--   @P6 nvarchar(max) = 'dbo.tblTypes'
--   @P7 nvarchar(max) = 'test'
--   @P8 nvarchar(max) = '["ABit","ATinyInt","ASmallInt","AnInt","ABigInt","ADecimal","AWideDecimal","AMoney","ASmallMoney","AReal","AFloat","ADate","ATime","ASmallDateTime","ADateTime","ADateTime2","ADateTimeOffset","AChar","ANChar","AVarChar","ANVarChar","AnXml","AGuid","ABinary"]'
--   @P9 bigint = 501
--   @P10 int = 2147483647
--   @P11 bigint = 1
--   @P12 int = 2147483647
