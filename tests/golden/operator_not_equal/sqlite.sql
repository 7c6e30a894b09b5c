-- count, 500 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblCustomers" WHERE "VendorName" COLLATE NOCASE <> ?1 LIMIT ?2);
--   ?1 nvarchar(100) = 'Acme'
--   ?2 bigint = 501
-- update
UPDATE "tblCustomers" SET "City" = ?1 WHERE "VendorName" COLLATE NOCASE <> ?2;
--   ?1 nvarchar(60) = 'Rome'
--   ?2 nvarchar(100) = 'Acme'
