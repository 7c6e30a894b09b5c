-- count, 500 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblOrders" WHERE NOT ("OrderNo" COLLATE NOCASE = ?1) LIMIT ?2);
--   ?1 varchar(20) = 'A-1'
--   ?2 bigint = 501
-- update
UPDATE "tblOrders" SET "Status" = ?1 WHERE NOT ("OrderNo" COLLATE NOCASE = ?2);
--   ?1 nvarchar(20) = 'open'
--   ?2 varchar(20) = 'A-1'
