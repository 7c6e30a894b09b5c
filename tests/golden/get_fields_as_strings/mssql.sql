-- select
SELECT [VendorName], [City] FROM [dbo].[tblCustomers] ORDER BY [tblCustomers].[CustomerId] OFFSET @P1 ROWS FETCH NEXT @P2 ROWS ONLY;
--   @P1 bigint = 0
--   @P2 bigint = 100
