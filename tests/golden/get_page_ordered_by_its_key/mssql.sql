-- select
SELECT [Share] FROM [dbo].[tblShares] ORDER BY [tblShares].[CountryCode] DESC, [tblShares].[CustomerId] DESC OFFSET @P1 ROWS FETCH NEXT @P2 ROWS ONLY;
--   @P1 bigint = 0
--   @P2 bigint = 100
