-- select
SELECT [City], COUNT_BIG(*) FROM [dbo].[tblCustomers] GROUP BY [City] ORDER BY COUNT_BIG(*) DESC, [tblCustomers].[City] OFFSET @P1 ROWS FETCH NEXT @P2 ROWS ONLY;
--   @P1 bigint = 0
--   @P2 bigint = 100
