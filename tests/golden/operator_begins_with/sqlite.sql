-- count, 500 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblCustomers" WHERE ("VendorName" COLLATE NOCASE >= ?1 AND "VendorName" COLLATE NOCASE < ?2 AND upsertd_like(?3, "VendorName")) LIMIT ?4);
--   ?1 nvarchar(100) = 'Acme'
--   ?2 nvarchar(100) = 'acmf'
--   ?3 nvarchar(100) = 'Acme%'
--   ?4 bigint = 501
-- update
UPDATE "tblCustomers" SET "City" = ?1 WHERE ("VendorName" COLLATE NOCASE >= ?2 AND "VendorName" COLLATE NOCASE < ?3 AND upsertd_like(?4, "VendorName"));
--   ?1 nvarchar(60) = 'Rome'
--   ?2 nvarchar(100) = 'Acme'
--   ?3 nvarchar(100) = 'acmf'
--   ?4 nvarchar(100) = 'Acme%'
