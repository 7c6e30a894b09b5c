-- count, 500 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblCustomers" WHERE "CreditLimit" > ?1 AND "VendorName" COLLATE NOCASE <> ?2 LIMIT ?3);
--   ?1 decimal(12,2) = 100.00
--   ?2 nvarchar(100) = 'O'Hara'
--   ?3 bigint = 501
-- update
UPDATE "tblCustomers" SET "City" = ?1 WHERE "CreditLimit" > ?2 AND "VendorName" COLLATE NOCASE <> ?3;
--   ?1 nvarchar(60) = 'Rome'
--   ?2 decimal(12,2) = 100.00
--   ?3 nvarchar(100) = 'O'Hara'
