-- count, 1 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblOrders" WHERE "CustomerId" = ?1 AND "Reference" COLLATE NOCASE = ?2 LIMIT ?3);
--   ?1 bigint = 7
--   ?2 nvarchar(40) = 'R-1'
--   ?3 bigint = 501
-- update
UPDATE "tblOrders" SET "OrderNo" = ?1, "CustomerId" = ?2, "Status" = ?3 WHERE "CustomerId" = ?4 AND "Reference" COLLATE NOCASE = ?5;
--   ?1 varchar(20) = 'A-1'
--   ?2 bigint = 7
--   ?3 nvarchar(20) = 'open'
--   ?4 bigint = 7
--   ?5 nvarchar(40) = 'R-1'
-- insert
INSERT INTO "tblOrders" ("OrderNo", "CustomerId", "Status") VALUES (?1, ?2, ?3) RETURNING "OrderId";
--   ?1 varchar(20) = 'A-1'
--   ?2 bigint = 7
--   ?3 nvarchar(20) = 'open'
