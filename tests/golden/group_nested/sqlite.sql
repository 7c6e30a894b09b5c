-- count, 500 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblCustomers" WHERE "VendorName" COLLATE NOCASE = ?1 AND ("City" COLLATE NOCASE = ?2 OR ("Rating" > ?3 AND "IsActive" = ?4)) LIMIT ?5);
--   ?1 nvarchar(100) = 'Acme'
--   ?2 nvarchar(60) = 'Rome'
--   ?3 tinyint = 3
--   ?4 bit = true
--   ?5 bigint = 501
-- update
UPDATE "tblCustomers" SET "City" = ?1 WHERE "VendorName" COLLATE NOCASE = ?2 AND ("City" COLLATE NOCASE = ?3 OR ("Rating" > ?4 AND "IsActive" = ?5));
--   ?1 nvarchar(60) = 'Rome'
--   ?2 nvarchar(100) = 'Acme'
--   ?3 nvarchar(60) = 'Rome'
--   ?4 tinyint = 3
--   ?5 bit = true
