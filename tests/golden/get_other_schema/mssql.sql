-- select
SELECT CAST([OrderNo] AS nvarchar(20)), CAST([Total] AS decimal(19,4)) FROM [sales].[tblOrders] WHERE [OrderNo] = CAST(@P1 AS varchar(8000)) ORDER BY [tblOrders].[OrderId] OFFSET @P2 ROWS FETCH NEXT @P3 ROWS ONLY;
--   @P1 varchar(20) = 'A-1'
--   @P2 bigint = 0
--   @P3 bigint = 100
