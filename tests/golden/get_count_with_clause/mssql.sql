-- select
SELECT COUNT_BIG(*) FROM [sales].[tblOrders] WHERE [Total] > CAST(@P1 AS money) ORDER BY (SELECT NULL) OFFSET @P2 ROWS FETCH NEXT @P3 ROWS ONLY;
--   @P1 money = 10.0000
--   @P2 bigint = 0
--   @P3 bigint = 100
