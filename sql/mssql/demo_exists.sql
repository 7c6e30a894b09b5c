-- A row when the demo has been made.
SELECT 1
WHERE OBJECT_ID(N'dbo.tblCustomers', N'U') IS NOT NULL;
