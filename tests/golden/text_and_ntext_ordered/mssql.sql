-- select
SELECT CAST(CAST([Body] AS varchar(max)) AS nvarchar(max)), CAST([Remark] AS nvarchar(max)) FROM [dbo].[tblForeign] ORDER BY CAST([Remark] AS nvarchar(max)), CAST([Body] AS varchar(max)), [tblForeign].[Id] OFFSET @P1 ROWS FETCH NEXT @P2 ROWS ONLY;
--   @P1 bigint = 0
--   @P2 bigint = 100
