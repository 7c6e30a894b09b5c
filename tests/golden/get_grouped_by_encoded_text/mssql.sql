-- select
SELECT CAST([Latin] AS nvarchar(20)), COUNT_BIG(*) FROM [dbo].[tblEncodings] GROUP BY [Latin] ORDER BY COUNT_BIG(*) DESC, [tblEncodings].[Latin] OFFSET @P1 ROWS FETCH NEXT @P2 ROWS ONLY;
--   @P1 bigint = 0
--   @P2 bigint = 100
