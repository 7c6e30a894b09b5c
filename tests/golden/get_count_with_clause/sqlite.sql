-- select
SELECT COUNT(*) FROM "tblOrders" WHERE "Total" > ?1 LIMIT ?2 OFFSET ?3;
--   ?1 money = 10.0000
--   ?2 bigint = 100
--   ?3 bigint = 0
