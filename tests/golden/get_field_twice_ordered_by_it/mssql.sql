-- select
SELECT [City], [City], [CustomerId], [CustomerId] FROM [dbo].[tblCustomers] ORDER BY [tblCustomers].[City], [tblCustomers].[CustomerId] OFFSET @P1 ROWS FETCH NEXT @P2 ROWS ONLY;
--   @P1 bigint = 0
--   @P2 bigint = 100
