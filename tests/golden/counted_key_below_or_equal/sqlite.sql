-- count, 500 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblOrders" WHERE "OrderId" <= ?1 LIMIT ?2);
--   ?1 bigint = 5
--   ?2 bigint = 501
-- update
UPDATE "tblOrders" SET "Status" = ?1 WHERE "OrderId" <= ?2;
--   ?1 nvarchar(20) = 'open'
--   ?2 bigint = 5
