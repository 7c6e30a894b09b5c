-- select
SELECT "OrderNo", "Total" FROM "tblOrders" WHERE "OrderNo" COLLATE NOCASE = ?1 ORDER BY "OrderId" LIMIT ?2 OFFSET ?3;
--   ?1 varchar(20) = 'A-1'
--   ?2 bigint = 100
--   ?3 bigint = 0
