-- select
SELECT [CustomerId], [VendorName], CAST([VendorCode] AS nvarchar(20)), [City], [CreditLimit], [CreditUsed], [CreditAvailable], [IsActive], [Rating], [Notes], [RowGuid], [ParentGuid], [DateEntered], [LastContact] FROM [dbo].[tblCustomers] ORDER BY [tblCustomers].[CustomerId] OFFSET @P1 ROWS FETCH NEXT @P2 ROWS ONLY;
--   @P1 bigint = 0
--   @P2 bigint = 100
