-- select
SELECT [VendorName], [CreditLimit] FROM [dbo].[tblCustomers] WHERE [IsActive] = @P1 ORDER BY [tblCustomers].[VendorName] DESC, [tblCustomers].[City] DESC, [tblCustomers].[CustomerId] OFFSET @P2 ROWS FETCH NEXT @P3 ROWS ONLY;
--   @P1 bit = true
--   @P2 bigint = 20
--   @P3 bigint = 10
