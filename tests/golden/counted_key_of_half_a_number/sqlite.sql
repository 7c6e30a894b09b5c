-- count, 500 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblOrders" WHERE "OrderId" <> "OrderId" LIMIT ?1);
--   ?1 bigint = 501
-- update
UPDATE "tblOrders" SET "Status" = ?1 WHERE "OrderId" <> "OrderId";
--   ?1 nvarchar(20) = 'open'
