-- count, 500 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblCustomers" WHERE "VendorName" COLLATE NOCASE = ?1 AND NOT ("City" COLLATE NOCASE = ?2 OR "City" COLLATE NOCASE = ?3) LIMIT ?4);
--   ?1 nvarchar(100) = 'Acme'
--   ?2 nvarchar(60) = 'Rome'
--   ?3 nvarchar(60) = 'Paris'
--   ?4 bigint = 501
-- update
UPDATE "tblCustomers" SET "City" = ?1 WHERE "VendorName" COLLATE NOCASE = ?2 AND NOT ("City" COLLATE NOCASE = ?3 OR "City" COLLATE NOCASE = ?4);
--   ?1 nvarchar(60) = 'Rome'
--   ?2 nvarchar(100) = 'Acme'
--   ?3 nvarchar(60) = 'Rome'
--   ?4 nvarchar(60) = 'Paris'
