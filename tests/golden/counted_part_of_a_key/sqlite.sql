-- count, 500 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblOrders" WHERE "Reference" COLLATE NOCASE = ?1 LIMIT ?2);
--   ?1 nvarchar(40) = 'R-1'
--   ?2 bigint = 501
-- update
UPDATE "tblOrders" SET "Status" = ?1 WHERE "Reference" COLLATE NOCASE = ?2;
--   ?1 nvarchar(20) = 'open'
--   ?2 nvarchar(40) = 'R-1'
