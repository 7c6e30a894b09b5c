-- select
SELECT CAST(CAST([Body] AS varchar(max)) AS nvarchar(max)), CAST([Remark] AS nvarchar(max)), COUNT_BIG(*) FROM [dbo].[tblForeign] GROUP BY CAST([Body] AS varchar(max)), CAST([Remark] AS nvarchar(max)) ORDER BY CAST([Body] AS varchar(max)), CAST([Remark] AS nvarchar(max)) OFFSET @P1 ROWS FETCH NEXT @P2 ROWS ONLY;
--   @P1 bigint = 0
--   @P2 bigint = 100
