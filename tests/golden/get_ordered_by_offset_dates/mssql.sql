-- select
SELECT [ADateTimeOffset] FROM [dbo].[tblTypes] ORDER BY [tblTypes].[ADateTimeOffset], [tblTypes].[AGuid] OFFSET @P1 ROWS FETCH NEXT @P2 ROWS ONLY;
--   @P1 bigint = 0
--   @P2 bigint = 100
