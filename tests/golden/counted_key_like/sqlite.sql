-- count, 500 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblOrders" WHERE ("OrderNo" COLLATE NOCASE >= ?1 AND "OrderNo" COLLATE NOCASE < ?2 AND upsertd_like(?3, "OrderNo")) LIMIT ?4);
--   ?1 varchar(20) = 'A-1'
--   ?2 varchar(20) = 'a-2'
--   ?3 varchar(20) = 'A-1%'
--   ?4 bigint = 501
-- update
UPDATE "tblOrders" SET "Status" = ?1 WHERE ("OrderNo" COLLATE NOCASE >= ?2 AND "OrderNo" COLLATE NOCASE < ?3 AND upsertd_like(?4, "OrderNo"));
--   ?1 nvarchar(20) = 'open'
--   ?2 varchar(20) = 'A-1'
--   ?3 varchar(20) = 'a-2'
--   ?4 varchar(20) = 'A-1%'
