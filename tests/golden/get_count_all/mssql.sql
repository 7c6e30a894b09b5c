-- select
SELECT COUNT_BIG(*) FROM [dbo].[tblCustomers] ORDER BY (SELECT NULL) OFFSET @P1 ROWS FETCH NEXT @P2 ROWS ONLY;
--   @P1 bigint = 0
--   @P2 bigint = 100
