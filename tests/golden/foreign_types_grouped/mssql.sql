-- select
SELECT [Anything], [Node].ToString(), CAST([Price] AS decimal(19,4)) FROM [dbo].[tblForeign] GROUP BY [Anything], [Node], [Price] ORDER BY [tblForeign].[Anything], [tblForeign].[Node], [tblForeign].[Price] OFFSET @P1 ROWS FETCH NEXT @P2 ROWS ONLY;
--   @P1 bigint = 0
--   @P2 bigint = 100
