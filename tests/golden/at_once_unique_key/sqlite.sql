-- count, 1 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblOrders" WHERE "OrderNo" COLLATE NOCASE = ?1 LIMIT ?2);
--   ?1 varchar(20) = 'A-1'
--   ?2 bigint = 501
-- update
UPDATE "tblOrders" SET "OrderNo" = ?1, "CustomerId" = ?2, "Status" = ?3 WHERE "OrderNo" COLLATE NOCASE = ?4;
--   ?1 varchar(20) = 'A-1'
--   ?2 bigint = 7
--   ?3 nvarchar(20) = 'open'
--   ?4 varchar(20) = 'A-1'
-- insert
INSERT INTO "tblOrders" ("OrderNo", "CustomerId", "Status") VALUES (?1, ?2, ?3) RETURNING "OrderId";
--   ?1 varchar(20) = 'A-1'
--   ?2 bigint = 7
--   ?3 nvarchar(20) = 'open'
