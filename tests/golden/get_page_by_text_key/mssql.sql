-- select
SELECT [Share] FROM [dbo].[tblShares] ORDER BY [tblShares].[Share], [tblShares].[CustomerId], [tblShares].[CountryCode] OFFSET @P1 ROWS FETCH NEXT @P2 ROWS ONLY;
--   @P1 bigint = 20
--   @P2 bigint = 10
