-- select
SELECT [Id], CAST(CAST([Body] AS varchar(max)) AS nvarchar(max)), CAST([Remark] AS nvarchar(max)), CAST([Doc] AS nvarchar(max)), [Anything], [Place].ToString(), [Node].ToString(), CAST([Wide] AS nvarchar(max)), CAST([Price] AS decimal(19,4)), CAST([Fee] AS decimal(19,4)) FROM [dbo].[tblForeign] ORDER BY [tblForeign].[Id] OFFSET @P1 ROWS FETCH NEXT @P2 ROWS ONLY;
--   @P1 bigint = 0
--   @P2 bigint = 100
