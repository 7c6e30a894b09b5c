-- count, 500 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblOrders" WHERE "OrderNo" COLLATE NOCASE = ?1 OR "OrderNo" COLLATE NOCASE = ?2 LIMIT ?3);
--   ?1 varchar(20) = 'A-1'
--   ?2 varchar(20) = 'A-2'
--   ?3 bigint = 501
-- update
UPDATE "tblOrders" SET "Status" = ?1 WHERE "OrderNo" COLLATE NOCASE = ?2 OR "OrderNo" COLLATE NOCASE = ?3;
--   ?1 nvarchar(20) = 'open'
--   ?2 varchar(20) = 'A-1'
--   ?3 varchar(20) = 'A-2'
