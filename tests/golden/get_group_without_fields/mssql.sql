-- select
SELECT [City], [IsActive] FROM [dbo].[tblCustomers] GROUP BY [City], [IsActive] ORDER BY [tblCustomers].[City], [tblCustomers].[IsActive] OFFSET @P1 ROWS FETCH NEXT @P2 ROWS ONLY;
--   @P1 bigint = 0
--   @P2 bigint = 100
