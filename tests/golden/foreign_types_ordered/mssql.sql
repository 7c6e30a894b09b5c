-- select
SELECT [Id] FROM [dbo].[tblForeign] ORDER BY [tblForeign].[Anything], [tblForeign].[Node], [tblForeign].[Id] OFFSET @P1 ROWS FETCH NEXT @P2 ROWS ONLY;
--   @P1 bigint = 0
--   @P2 bigint = 100
