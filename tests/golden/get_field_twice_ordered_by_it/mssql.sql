-- select
SELECT [City], [City], [CustomerId], [CustomerId] FROM [dbo].[tblCustomers] ORDER BY [City], [CustomerId] OFFSET @P1 ROWS FETCH NEXT @P2 ROWS ONLY;
--   @P1 bigint = 0
--   @P2 bigint = 100
